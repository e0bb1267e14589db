// SPDX-License-Identifier: Apache-2.0
import Table from 'cli-table3';
import { improvementText, ratioText, validText } from '../report/cpu-sweep-report.ts';
import { type CpuRow, cpuRows, viewCpuSweep } from '../report/cpu-sweep-view.ts';
import type { CpuSweep } from '../results/cpu-sweep.ts';
import type { StoredExperiment } from '../results/read.ts';
import { percent } from './io.ts';
import { invalidLines } from './result.ts';

/** The document of `--json`: the sweep, and its experiments with their summaries. */
export function sweepDocument(
  { folder, record }: CpuSweep,
  experiments: readonly StoredExperiment[],
  files: readonly string[],
) {
  return {
    ...record,
    folder,
    experiments: experiments.map((stored) => ({ ...stored.experiment, folder: stored.folder })),
    files,
  };
}

/** The answer for people: a line for each CPU count and scheduler, what was invalid, and where. */
export function sweepText(
  { folder }: CpuSweep,
  experiments: readonly StoredExperiment[],
  files: readonly string[],
): string {
  const invalid = experiments.flatMap(({ experiment, runs }) =>
    invalidLines(runs).map((line) => `on ${experiment.place?.cpus ?? '?'} CPUs: ${line}`),
  );
  return [
    ...viewCpuSweep(experiments).map((view) => tableOf(view.testId, cpuRows([view]))),
    ...invalid,
    `Stored in ${folder}`,
    ...files,
  ].join('\n');
}

function tableOf(testId: string, rows: readonly CpuRow[]): string {
  const baseline = rows.flatMap((row) => row.baseline ?? [])[0]?.scheduler ?? 'baseline';
  const table = new Table({
    head: [
      ...[testId, `/ bound under ${baseline}`, 'scheduler', '/ bound', 'less makespan'],
      ...['an ideal schedule', 'verdict', 'valid runs'],
    ],
    style: { head: [], border: [] },
  });
  for (const { cpus, baseline, arm, possible } of rows) {
    table.push([
      `${cpus} CPU${cpus === 1 ? '' : 's'}`,
      ratioText(baseline),
      arm?.scheduler ?? '–',
      ratioText(arm),
      improvementText(arm),
      possible === null ? '–' : percent(possible),
      arm?.verdict?.replaceAll('_', ' ') ?? '–',
      validText(baseline, arm),
    ]);
  }
  return table.toString();
}
