// SPDX-License-Identifier: Apache-2.0
import type { ClassFigures, ExperimentRecord, Summary } from '../results/experiment-record.ts';
import { pInWords } from './evidence.ts';
import { escapeMarkdown, markdownTable } from './markdown.ts';
import { perCent, seconds, significant } from './text.ts';

type Summaries = ExperimentRecord['summaries'];

const QUANTILES = 'median / p95 / p99 / last';

/** Completion, waits, fairness and switches of short and long tasks; empty where none are stored. */
export function classTable(summaries: Summaries): string {
  const rows = summaries.flatMap((summary) =>
    (['short', 'long'] as const).flatMap((taskClass) => {
      const figures = summary[taskClass];
      return figures ? [[...armCells(summary), taskClass, ...classCells(figures)]] : [];
    }),
  );
  if (rows.length === 0) return '';
  const header = [
    ...['Case', 'Arm', 'Class', `Done: ${QUANTILES}`, `Waited: ${QUANTILES}`, 'Fairness'],
    ...['Voluntary switches', 'Involuntary', 'Preempted', 'Migrated'],
  ];
  return markdownTable(header, rows, columnsFrom(3, header.length));
}

function classCells(figures: ClassFigures): string[] {
  return [
    orDash(figures.completion_s, quantiles),
    orDash(figures.wait_s, quantiles),
    significant(figures.fairness),
    ...[figures.voluntary_switches, figures.involuntary_switches].map(significant),
    ...[figures.preemptions, figures.migrations].map((value) => orDash(value, significant)),
  ];
}

/** In one cell, so that the table fits a page. */
function quantiles({ median, p95, p99, last }: ClassFigures['completion_s']): string {
  return `${[median, p95, p99, last].map(significant).join(' / ')} s`;
}

/** Where the makespan beyond the lower bound went, and how the CPUs were used. */
export function gapTable(summaries: Summaries): string {
  const rows = summaries.flatMap((summary) => {
    const { gap, cpu_use: use } = summary;
    if (!gap && !use) return [];
    const parts = [
      gap && gap.late_start_s + gap.long_wait_s + gap.idle_while_waiting_s + gap.rest_s,
      ...[gap?.late_start_s, gap?.long_wait_s, gap?.idle_while_waiting_s, gap?.rest_s],
    ];
    return [
      [
        ...armCells(summary),
        ...parts.map((part) => orDash(part, seconds)),
        orDash(use?.idle_while_waiting_s, seconds),
        orDash(use?.busiest_share, (share) => `${perCent(share)} %`),
        orDash(use?.variation, significant),
      ],
    ];
  });
  if (rows.length === 0) return '';
  const header = [
    ...['Case', 'Arm', 'Makespan − bound', 'Long started late', 'Long waited'],
    ...['CPUs idle while tasks waited', 'Rest', 'Idle while waiting, all CPUs'],
    ...['Busiest CPU', 'CPUs: variation'],
  ];
  return markdownTable(header, rows, columnsFrom(2, header.length));
}

/** The runs that are far from their arm's others, with what was odd about them. */
export function outlierTable(summaries: Summaries): string {
  const rows = summaries.flatMap((summary) =>
    (summary.outliers ?? []).map(({ run_index: index, deviations, reasons }) => [
      String(index),
      ...armCells(summary),
      significant(deviations),
      reasons.map(escapeMarkdown).join('; ') || 'nothing is known',
    ]),
  );
  if (rows.length === 0) return '';
  const header = ['Run', 'Case', 'Arm', 'Deviations (1.4826 × MAD)', 'What was odd'];
  return markdownTable(header, rows, new Set([0, 3]));
}

/** What has changed since the stored experiment that this one was compared with. */
export function againstTable({ against }: ExperimentRecord): string {
  if (!against) return '';
  const rows = against.comparisons.map((comparison) => [
    ...armCells(comparison),
    `${perCent(comparison.improvement_then)} %`,
    `${perCent(comparison.improvement_now)} %`,
    `${perCent(comparison.change)} % [${comparison.change_ci95.map(perCent).join(', ')}]`,
    pInWords(comparison.p_value_adjusted),
    comparison.verdict.replaceAll('_', ' '),
  ]);
  const header = ['Case', 'Arm', 'Less makespan then', 'Now', 'Change', 'By Holm', 'Verdict'];
  const then = `${escapeMarkdown(against.created_at)} (${escapeMarkdown(against.folder)})`;
  return `Against the experiment of ${then}, each held against the baseline of its own day:

${markdownTable(header, rows, columnsFrom(2, 6))}`;
}

function armCells({
  test_id: testId,
  scheduler,
}: Pick<Summary, 'test_id' | 'scheduler'>): [string, string] {
  return [escapeMarkdown(testId), escapeMarkdown(scheduler)];
}

function columnsFrom(first: number, end: number): Set<number> {
  return new Set(Array.from({ length: end - first }, (_, i) => first + i));
}

function orDash<T>(value: T | null | undefined, text: (value: T) => string): string {
  return value == null ? '–' : text(value);
}
