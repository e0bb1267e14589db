// SPDX-License-Identifier: Apache-2.0

import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { countsOf } from '../cases/case-file.ts';
import { LabError, messageOf } from '../core/errors.ts';
import { idealRunS } from '../experiment/ideal-run.ts';
import { chooseTarget } from '../experiment/prepare.ts';
import type { ExperimentRequest } from '../experiment/request.ts';
import { requestToResume, storedRequest } from '../experiment/resume.ts';
import { schedulersOf } from '../experiment/run-experiment.ts';
import {
  type CpuSweep,
  createCpuSweep,
  partFolder,
  readCpuSweep,
  readParts,
} from '../results/cpu-sweep.ts';
import { readStoredExperiment, type StoredExperiment } from '../results/read.ts';
import { sweepDocument, sweepText } from './cpu-sweep-result.ts';
import { EXIT, type ExitStatus, worstStatus } from './exit-status.ts';
import { answer, type CliIo, note } from './io.ts';
import { measure } from './measure.ts';
import { type OutputOptions, onCpus } from './options.ts';
import type { PartOfAll } from './progress.ts';
import { statusOfResult } from './result.ts';
import { aboutSo, TimeLeft } from './time-left.ts';

/** What a run takes beside its tasks: 1.2 to 2.6 s were seen in emulated guests of 1 and 8 CPUs. */
const BESIDE_TASKS_S = 2;

interface Part {
  readonly cpus: number;
  readonly request: ExperimentRequest;
}

/**
 * Measures the same comparison at each of several CPU counts, one after the other. Each is an
 * experiment like any other, in a folder of the sweep's.
 * @param against an experiment of before for each of the counts, to compare with
 */
export async function compareOverCpus(
  request: ExperimentRequest,
  counts: readonly number[],
  against: ReadonlyMap<number, StoredExperiment>,
  options: OutputOptions,
  io: CliIo,
): Promise<ExitStatus> {
  // In one kind of place, and refused before the first run where that cannot have so many CPUs.
  const targets = counts.map((cpus) => chooseTarget(onCpus(request, cpus), schedulersOf(request)));
  const target = targets.includes('vm') ? 'vm' : 'host';
  const sweep = await createCpuSweep(request.out, request.name, counts);
  const parts = counts.map((cpus) => {
    const then = against.get(cpus);
    const part = partRequest({ ...request, target }, sweep, cpus);
    return { cpus, request: then ? { ...part, against: then } : part };
  });
  return measureParts(sweep, parts, options, io);
}

/**
 * Goes on with a sweep: with the part that was cut off, and with those that had not begun.
 * @throws LabError USAGE when there is nothing to go on with
 */
export async function resumeCpuSweep(
  folder: string,
  options: OutputOptions,
  io: CliIo,
): Promise<ExitStatus> {
  const sweep = await readCpuSweep(folder);
  const stored = await readParts(sweep);
  const [first] = stored;
  if (!first) throw new LabError('USAGE', `${folder} holds no experiment to go on with.`);
  const parts: Part[] = [];
  for (const cpus of sweep.record.cpus) {
    const own = partFolder(sweep, cpus);
    const part = stored.find((candidate) => candidate.folder === own);
    if (!part) {
      // It was cut off before it had a plan.
      await rm(own, { recursive: true, force: true });
      const request = { ...(await storedRequest(first)), name: sweep.record.name };
      parts.push({ cpus, request: partRequest(request, sweep, cpus) });
    } else if (part.experiment.status !== 'complete') {
      parts.push({ cpus, request: await requestToResume(part) });
    }
  }
  if (parts.length > 0) return measureParts(sweep, parts, options, io);
  throw new LabError('USAGE', `${folder} is complete; "analyze ${folder}" shows it.`);
}

function partRequest(request: ExperimentRequest, sweep: CpuSweep, cpus: number): ExperimentRequest {
  return {
    ...onCpus(request, cpus),
    name: `${request.name}-cpus-${cpus}`,
    out: sweep.folder,
    folderName: String(cpus),
  };
}

async function measureParts(
  sweep: CpuSweep,
  parts: readonly Part[],
  options: OutputOptions,
  io: CliIo,
): Promise<ExitStatus> {
  const failure = await eachPart(sweep, parts, options, io);
  const stored = await readParts(sweep);
  if (stored.length > 0) {
    const { renderCpuSweep } = await import('../report/render-cpu-sweep.ts');
    const files = await renderCpuSweep(sweep.record.name, sweep.folder, stored);
    answer(
      io,
      options.json
        ? JSON.stringify(sweepDocument(sweep, stored, files), null, 2)
        : sweepText(sweep, stored, files),
    );
  } else {
    // Nothing was measured, so nothing is kept.
    await rm(sweep.folder, { recursive: true });
  }
  if (failure !== null) throw failure.error;
  if (!io.signal.aborted) return worstStatus(stored.map(statusOfResult));
  note(io, `Interrupted; --resume ${sweep.folder} goes on with it.`);
  return EXIT.interrupted;
}

/** What ended the sweep before its time; a place of measurement that failed only ends its part. */
async function eachPart(
  sweep: CpuSweep,
  parts: readonly Part[],
  options: OutputOptions,
  io: CliIo,
): Promise<{ error: unknown } | null> {
  const left = new TimeLeft(parts.map(weightOf));
  const startedMs = performance.now();
  for (const [place, { cpus, request }] of parts.entries()) {
    if (io.signal.aborted) break;
    try {
      await measure(request, options, io, partOfAll(place, cpus, left, startedMs));
    } catch (error) {
      const isOfPlace = error instanceof LabError && ['GUEST', 'EXECUTOR'].includes(error.code);
      if (!isOfPlace) return { error };
      note(io, `[${cpusInWords(cpus)}] ${messageOf(error)}`);
    }
    const folder = partFolder(sweep, cpus);
    if (!existsSync(join(folder, 'experiment.json'))) continue;
    const { renderReport } = await import('../report/render.ts');
    await renderReport(await readStoredExperiment(folder));
  }
  return null;
}

/** Seconds that a run of each case takes, roughly; how long tasks of a given size take is not known. */
function weightOf({ cpus, request }: Part): number {
  const { cases, scale } = request;
  return cases.reduce((sum, testCase) => {
    const { work } = testCase;
    return sum + BESIDE_TASKS_S + (work ? idealRunS(work, countsOf(testCase), scale, cpus) : 0);
  }, 0);
}

function partOfAll(place: number, cpus: number, left: TimeLeft, startedMs: number): PartOfAll {
  // Runs of an experiment that is gone on with took no time of ours.
  let before: number | null = null;
  let planned = 0;
  let done = 0;
  return {
    name: cpusInWords(cpus),
    follow(update) {
      if (update.kind === 'planned') {
        before ??= update.done;
        planned = update.runs - before;
        done = update.done - before;
      } else if (update.kind === 'run_ended') done++;
      else return;
      left.update(place, planned, done);
    },
    left() {
      const seconds = left.afterS((performance.now() - startedMs) / 1000);
      return seconds === null ? null : aboutSo(seconds);
    },
  };
}

function cpusInWords(cpus: number): string {
  return `${cpus} CPU${cpus === 1 ? '' : 's'}`;
}
