// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import type { StoredExperiment } from '../results/read.ts';
import { writeAtomically } from '../results/store.ts';
import { cpuSweepChart } from './cpu-sweep-chart.ts';
import { cpuSweepReport } from './cpu-sweep-report.ts';
import { viewCpuSweep } from './cpu-sweep-view.ts';
import { drawCharts, pixelRatioFor } from './draw-charts.ts';

/**
 * Draws a chart over CPUs for each case of a sweep, and writes its report.
 * @returns the files written, in `folder`
 * @throws LabError ENVIRONMENT when charts cannot be drawn here
 */
export async function renderCpuSweep(
  name: string,
  folder: string,
  experiments: readonly StoredExperiment[],
): Promise<string[]> {
  const cases = viewCpuSweep(experiments).map((view) => ({
    ...view,
    spec: cpuSweepChart(view),
    chart: {
      title: `Makespan ratio of ${view.testId} against CPUs`,
      path: `cpus-${view.fileName}.png`,
    },
  }));
  const files = cases.map(({ chart }) => join(folder, chart.path));
  const pixelRatio = pixelRatioFor(cases.length);
  await drawCharts(
    cases.map(({ spec }, place) => () => ({ spec, file: files[place] as string, pixelRatio })),
  );
  const report = join(folder, 'cpus.md');
  await writeAtomically(report, cpuSweepReport(name, folder, experiments, cases));
  return [...files, report];
}
