// SPDX-License-Identifier: Apache-2.0
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { StoredExperiment } from '../results/read.ts';
import { writeAtomically } from '../results/store.ts';
import { type CaseView, viewCases } from './case-view.ts';
import { type PlannedChart, planCharts } from './chart-plan.ts';
import { drawCharts, pixelRatioFor } from './draw-charts.ts';
import { distinctFileNames } from './file-names.ts';
import { writeHtmlReport } from './html/html-report.ts';
import { markdownReport } from './markdown-report.ts';
import { taskTable } from './task-table.ts';
import { traceEvents } from './trace-events.ts';

/** A case's name and an arm's. */
const LONGEST_TRACE_NAME = 160;

interface Rendering {
  readonly stored: StoredExperiment;
  readonly cases: readonly CaseView[];
  readonly charts: readonly PlannedChart[];
}

/** Each writes files into the experiment's folder and says which. */
const TEXTS: readonly ((rendering: Rendering) => Promise<string[]>)[] = [
  writeReport,
  async ({ stored, cases }) => [await writeHtmlReport(stored, cases)],
  writeTaskTable,
  writeTraceEvents,
];

/**
 * Renders an experiment into its folder, from the stored results alone. All that is stored is
 * checked before the first file is written.
 * @returns the files written
 * @throws LabError ENVIRONMENT when charts cannot be drawn here, INVALID_INPUT when a trace is not
 *   what it should be
 */
export async function renderReport(stored: StoredExperiment): Promise<string[]> {
  const cases = await viewCases(stored);
  const rendering = { stored, cases, charts: planCharts(stored.experiment, cases) };
  // Other threads draw while this one writes.
  const [charts, texts] = await Promise.all([writeCharts(rendering), writeTexts(rendering)]);
  return [...charts, ...texts];
}

/** One after the other: at once they would need more memory than they save time. */
async function writeTexts(rendering: Rendering): Promise<string[]> {
  const written: string[] = [];
  for (const write of TEXTS) written.push(...(await write(rendering)));
  return written;
}

async function writeCharts({ stored, charts }: Rendering): Promise<string[]> {
  await mkdir(join(stored.folder, 'charts'), { recursive: true });
  const pixelRatio = pixelRatioFor(charts.length);
  const files = charts.map(({ path }) => join(stored.folder, path));
  await drawCharts(
    charts.map(({ spec }, place) => {
      const file = files[place] as string;
      return () => ({ spec: spec(), file, pixelRatio });
    }),
  );
  return files;
}

async function writeReport({ stored, charts }: Rendering): Promise<string[]> {
  const file = join(stored.folder, 'report.md');
  await writeAtomically(file, markdownReport(stored, charts));
  return [file];
}

async function writeTaskTable({ stored }: Rendering): Promise<string[]> {
  const file = join(stored.folder, 'tasks.csv');
  await writeAtomically(file, taskTable(stored.runs));
  return [file];
}

async function writeTraceEvents({ stored, cases }: Rendering): Promise<string[]> {
  const shown = cases.flatMap(({ testId, arms }) =>
    arms.flatMap(({ scheduler, shown: run, trace }) =>
      run && trace ? [{ name: `${testId}-${scheduler}`, run, trace }] : [],
    ),
  );
  const names = distinctFileNames(
    shown.map(({ name }) => name),
    LONGEST_TRACE_NAME,
  );
  const written: string[] = [];
  for (const [place, { run, trace }] of shown.entries()) {
    const file = join(stored.folder, 'traces', `${names[place]}.trace.json`);
    await writeAtomically(file, traceEvents(run, trace));
    written.push(file);
  }
  return written;
}
