// SPDX-License-Identifier: Apache-2.0
import { relative } from 'node:path';
import type { StoredExperiment } from '../results/read.ts';
import { type CaseOverCpus, type CpuRow, cpuRows } from './cpu-sweep-view.ts';
import { escapeMarkdown, markdownTable } from './markdown.ts';
import type { ChartLink } from './markdown-report.ts';
import { oneLine, perCent, significant } from './text.ts';

/**
 * The report of a sweep: a chart and the figures of each case, and where each part is.
 * @param folder the one that the report is for: links are relative to it
 */
export function cpuSweepReport(
  name: string,
  folder: string,
  experiments: readonly StoredExperiment[],
  cases: readonly (CaseOverCpus & { readonly chart: ChartLink })[],
): string {
  const sections = cases.map(
    (view) =>
      `## ${escapeMarkdown(view.testId)}\n\n![${escapeMarkdown(view.chart.title)}](${encodeURI(view.chart.path)})\n\n${table(view)}`,
  );
  const parts = experiments.map((stored) => partLine(folder, stored));
  return `${[
    `# ${escapeMarkdown(oneLine(name, 120))}: makespan ratio against CPUs`,
    ...sections,
    `## Parts\n\n${parts.join('\n')}`,
    `## What the words mean\n\n${WORDS}`,
  ].join('\n\n')}\n`;
}

const WORDS = `- Ratio: makespan / lower bound, mean over the valid runs and its 95 % confidence interval; the bound is the greater of the longest task's CPU time and the total CPU time / CPUs, from the same run. 1 is perfect.
- Less makespan: than under the baseline, on the same CPUs, with its 95 % confidence interval. Each CPU count is judged by itself.
- Ideal: what the ideal schedule of the same work would give over the baseline.
- Longest / short: CPU time of the longest task / that of a median short one. Where the case balances its work, the long task is as long as just fits the ideal schedule on so many CPUs.
- Seconds of one CPU count say little of those of another: a guest's CPUs are slower the more of them share this machine's.`;

function table(view: CaseOverCpus): string {
  const baseline = escapeMarkdown(view.schedulers[0] ?? 'baseline');
  const header = [
    ...['CPUs', `Ratio under ${baseline}`, 'Scheduler', 'Its ratio', 'Less makespan', 'Ideal'],
    ...['Verdict', 'Longest / short', 'Valid runs'],
  ];
  return markdownTable(header, cpuRows([view]).map(rowCells), new Set([0, 1, 3, 4, 5, 7, 8]));
}

function rowCells({ cpus, baseline, arm, skew, possible }: CpuRow): string[] {
  return [
    String(cpus),
    ratioText(baseline),
    arm ? escapeMarkdown(arm.scheduler) : '–',
    ratioText(arm),
    improvementText(arm),
    possible === null ? '–' : `${perCent(possible)} %`,
    arm?.verdict?.replaceAll('_', ' ') ?? '–',
    skew === null ? '–' : significant(skew),
    validText(baseline, arm),
  ];
}

/** `1.69 [1.65, 1.73]` */
export function ratioText(summary: CpuRow['arm']): string {
  const ratio = summary?.makespan_ratio;
  if (!ratio) return '–';
  return `${ratio.mean.toFixed(3)} [${ratio.ci95.map((end) => end.toFixed(3)).join(', ')}]`.replaceAll(
    '-',
    '−',
  );
}

/** `38.6 % [36.0, 41.1]` */
export function improvementText(arm: CpuRow['arm']): string {
  const { improvement, improvement_ci95: interval } = arm ?? {};
  if (improvement == null || !interval) return '–';
  return `${perCent(improvement)} % [${interval.map(perCent).join(', ')}]`;
}

/** Of the baseline and of the other, where there is one: `6 / 6, 5 / 6` */
export function validText(...arms: readonly CpuRow['arm'][]): string {
  const counts = arms.flatMap((arm) =>
    arm ? [`${arm.runs - arm.invalid_runs} / ${arm.runs}`] : [],
  );
  return counts.length > 0 ? counts.join(', ') : '–';
}

function partLine(folder: string, { folder: part, experiment }: StoredExperiment): string {
  const path = relative(folder, part) || '.';
  const { place, status } = experiment;
  const limit = place?.vcpu_limit;
  const speed = limit == null ? '' : `, each at most ${perCent(limit)} % of one of this machine's`;
  const where = place ? `${place.cpus} CPUs${speed}` : 'not measured anywhere';
  return `- [${escapeMarkdown(path)}](${encodeURI(path)}/report.md): ${where}; ${status}`;
}
