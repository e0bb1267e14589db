// SPDX-License-Identifier: Apache-2.0
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { StoredExperiment } from '../results/read.ts';
import { writeAtomically } from '../results/store.ts';
import { type PlannedChart, planCharts } from './chart-plan.ts';
import { drawChart } from './draw-chart.ts';
import { writeHtmlReport } from './html/html-report.ts';
import { markdownReport } from './markdown-report.ts';

/**
 * Renders an experiment into its folder, from the stored results alone.
 * @returns the files written: the charts, then report.md, then report.html
 * @throws LabError ENVIRONMENT when charts cannot be drawn here
 */
export async function renderReport(stored: StoredExperiment): Promise<string[]> {
  const charts = planCharts(stored);
  await mkdir(join(stored.folder, 'charts'), { recursive: true });
  const written: string[] = [];
  for (const chart of charts) written.push(await writeChart(stored.folder, chart));
  const report = join(stored.folder, 'report.md');
  await writeAtomically(report, markdownReport(stored, charts));
  return [...written, report, await writeHtmlReport(stored)];
}

async function writeChart(folder: string, { path, spec }: PlannedChart): Promise<string> {
  const file = join(folder, path);
  await writeAtomically(file, await drawChart(spec));
  return file;
}
