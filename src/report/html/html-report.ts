// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import { LabError } from '../../core/errors.ts';
import type { StoredExperiment, StoredRun } from '../../results/read.ts';
import { writeAtomically } from '../../results/store.ts';
import { readTrace } from '../../results/trace.ts';
import { type ArmView, arrange, type CaseView } from '../case-view.ts';
import { bytes } from '../text.ts';
import { reportData } from './case-data.ts';
import { packTrace } from './pack-trace.ts';
import { page } from './page.ts';
import { readPageAssets } from './page-assets.ts';
import { traceQueue } from './trace-queue.ts';

/** So much of the page may be traces: it opens fast and can be sent by mail. */
const ROOM_FOR_TRACES = 2_800_000;
/** Runs beside the representative ones get less: they are in traces/ for who needs them. */
const ROOM_WITH_OTHERS = 1_500_000;
/** So many traces that cannot be read are named. */
const MOST_ERRORS = 3;
/** A slice takes 4.5 characters or more, by made-up traces of 10,000 uneven slices. */
const LEAST_BYTES_PER_SLICE = 4;

/**
 * Writes report.html into the experiment's folder, from the stored results alone.
 * @returns its path
 * @throws LabError ENVIRONMENT when schedlab is not built
 */
export async function writeHtmlReport(
  stored: StoredExperiment,
  cases?: readonly CaseView[],
): Promise<string> {
  const file = join(stored.folder, 'report.html');
  await writeAtomically(file, await htmlReport(stored, cases));
  return file;
}

/** The page's text. Traces that `cases` do not have are read when there is room for them. */
export async function htmlReport(
  stored: StoredExperiment,
  cases: readonly CaseView[] = arrange(stored),
): Promise<string> {
  const arms = cases.flatMap((view) => view.arms);
  const queue = traceQueue(arms);
  const { packed, unread } = await packTraces(stored.folder, queue, arms);
  const data = reportData(stored, cases, packed);
  const missing = [
    ...leftOutInWords(queue.length - packed.size - unread.length),
    ...unread.slice(0, MOST_ERRORS),
  ];
  return page({ stored, cases, data, missing }, await readPageAssets());
}

interface PackedTraces {
  readonly packed: ReadonlyMap<number, string>;
  /** Why a trace could not be read: the folder may have been copied without it. */
  readonly unread: readonly string[];
}

async function packTraces(
  folder: string,
  queue: readonly StoredRun[],
  arms: readonly ArmView[],
): Promise<PackedTraces> {
  const known = new Map(arms.map(({ shown, trace }) => [shown, trace]));
  const packed = new Map<number, string>();
  const unread: string[] = [];
  let used = 0;
  for (const run of queue) {
    const room = (known.has(run) ? ROOM_FOR_TRACES : ROOM_WITH_OTHERS) - used;
    // Not even read when it cannot fit.
    if ((run.trace?.slices ?? 0) * LEAST_BYTES_PER_SLICE > room) continue;
    try {
      const trace = known.get(run) ?? (await readTrace(folder, run));
      const text = trace && packTrace(trace);
      if (!text || text.length > room) continue;
      packed.set(run.index, text);
      used += text.length;
    } catch (error) {
      if (!(error instanceof LabError)) throw error;
      unread.push(error.message);
    }
  }
  return { packed, unread };
}

function leftOutInWords(count: number): string[] {
  if (count === 0) return [];
  const which = count === 1 ? 'The trace of one run is' : `The traces of ${count} runs are`;
  return [
    `${which} not in this page, to keep it below ${bytes(5 * 1024 ** 2)}; the folder traces/ has them.`,
  ];
}
