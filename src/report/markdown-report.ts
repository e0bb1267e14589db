// SPDX-License-Identifier: Apache-2.0
import type { Estimate, ExperimentRecord, Summary } from '../results/experiment-record.ts';
import type { StoredExperiment, StoredRun } from '../results/read.ts';
import { caseEnd, evidence } from './evidence.ts';
import { type Finding, findings, runsInWords, shortDump, whyInvalid } from './findings.ts';
import { escapeMarkdown, fencedText, markdownTable } from './markdown.ts';
import { againstTable, classTable, gapTable, outlierTable } from './markdown-figures.ts';
import { placeRows } from './place-rows.ts';
import { oneLine, perCent, seconds, significant } from './text.ts';
import { comparisonSentence, headline } from './verdict-sentence.ts';

/** A chart of the report; the path is relative to it. */
export interface ChartLink {
  readonly title: string;
  readonly path: string;
}

/** The whole report: the verdict first, then what it rests on. */
export function markdownReport(stored: StoredExperiment, charts: readonly ChartLink[]): string {
  const { experiment, runs } = stored;
  const sections = [
    `# ${escapeMarkdown(oneLine(experiment.name, 120)) || 'Experiment'}`,
    verdict(experiment),
    summaryTable(experiment),
    caseEnds(experiment),
    againstTable(experiment),
    section('What was found of the schedulers', findings(runs).map(finding).join('\n')),
    ...charts.filter(isShown).map(image),
    folded(
      'More charts',
      charts
        .filter((chart) => !isShown(chart))
        .map(image)
        .join('\n\n'),
    ),
    section('Short and long tasks', folded('Table', classTable(experiment.summaries))),
    section('Where the time went', folded('Table', gapTable(experiment.summaries))),
    section('Outliers, which count all the same', outlierTable(experiment.summaries)),
    section('Warnings', warningList(experiment)),
    section('Invalid runs', invalidRunsTable(runs)),
    section('Where it was measured', placeTable(experiment)),
    section('What the words mean', WORDS),
  ];
  return `${sections.filter(Boolean).join('\n\n')}\n`;
}

const WORDS = `- Makespan: from the instant the tasks are released, or the first of them, to the end of the last one.
- Lower bound: the greater of the longest task's CPU time and the total CPU time / CPUs, from the same run, each counted from its release; no schedule of that work on those CPUs ends sooner.
- Makespan ratio: makespan / lower bound; 1 is perfect.
- Improvement: 1 − makespan under the scheduler / makespan under the baseline, paired by block. "Possible" is what the ideal schedule of the measured work would give.
- Brackets: 95 % confidence interval; of the mean for makespans.
- Done: completion of a task, from the first release. Waited: runnable and not running, in all. p95, p99: over all tasks of the class in the valid runs.
- Fairness: Jain's index of completion, from the task's release, / CPU time; 1 is the same for all tasks of the class.`;

/** Of the shortened dump; all of it is in runs.ndjson. The CPU that saw the stall comes first. */
const MOST_DUMP_LINES = 60;

/** What answers the question is seen at once; the rest unfolds. */
function isShown({ path }: ChartLink): boolean {
  return /\/(improvement|timeline-[^/]*)\.png$/.test(path);
}

function image({ title, path }: ChartLink): string {
  return `![${escapeMarkdown(title)}](${encodePath(path)})`;
}

function folded(summary: string, body: string): string {
  return body && `<details><summary>${summary}</summary>\n\n${body}\n\n</details>`;
}

function section(title: string, body: string): string {
  return body ? `## ${title}\n\n${body}` : '';
}

function verdict(experiment: ExperimentRecord): string {
  const comparisons = experiment.summaries.filter((summary) => !summary.baseline);
  const paragraphs = [`**${escapeMarkdown(headline(experiment))}.**`];
  if (experiment.status !== 'complete') {
    const found = { running: 'had not ended', interrupted: 'was interrupted', failed: 'failed' };
    paragraphs.push(
      `The experiment ${found[experiment.status]}: this is what was measured until then.`,
    );
  }
  const [only, ...others] = comparisons;
  if (only && others.length === 0) {
    paragraphs.push(evidence(only));
  } else {
    const sentences = comparisons.map((summary) => {
      const sentence = comparisonSentence(summary, experiment.plan.baseline, true);
      return `- ${escapeMarkdown(sentence)}. ${evidence(summary)}`;
    });
    paragraphs.push(sentences.join('\n'));
  }
  return paragraphs.filter(Boolean).join('\n\n');
}

function summaryTable({ summaries }: ExperimentRecord): string {
  if (summaries.length === 0) return '';
  const header = [
    'Case',
    'Arm',
    'Valid runs',
    'Makespan, median',
    'Lower bound',
    'Makespan ratio',
    'Short tasks end',
    'Long tasks end',
    'Improvement',
    'Possible',
    'Verdict',
  ];
  return markdownTable(header, summaries.map(summaryRow), new Set([2, 3, 4, 5, 6, 7, 8, 9]));
}

function summaryRow(summary: Summary): string[] {
  const orDash = <T>(value: T | null | undefined, text: (value: T) => string) =>
    value == null ? '–' : text(value);
  const interval = ({ ci95: [low, high] }: Estimate) =>
    `[${significant(low as number)}, ${significant(high as number)}]`;
  const improvement = summary.improvement_ci95;
  const brackets = improvement
    ? ` [${improvement.map((fraction) => perCent(fraction)).join(', ')}]`
    : '';
  return [
    escapeMarkdown(summary.test_id),
    `${escapeMarkdown(summary.scheduler)}${summary.baseline ? ' (baseline)' : ''}`,
    `${summary.runs - summary.invalid_runs} / ${summary.runs}`,
    orDash(summary.makespan_s, (value) => `${seconds(value.median)} ${interval(value)}`),
    orDash(summary.lower_bound_s, seconds),
    orDash(summary.makespan_ratio, (value) => significant(value.median)),
    orDash(summary.short_completion_s, seconds),
    orDash(summary.long_completion_s, seconds),
    orDash(summary.improvement, (value) => `${perCent(value)} %${brackets}`),
    orDash(summary.expected_improvement, (value) => `${perCent(value)} %`),
    orDash(summary.verdict, (value) => value.replaceAll('_', ' ')),
  ];
}

function caseEnds({ case_ends: ends }: ExperimentRecord): string {
  return (ends ?? []).map((end) => `- ${escapeMarkdown(end.test_id)}: ${caseEnd(end)}.`).join('\n');
}

function warningList({ warnings }: ExperimentRecord): string {
  return warnings
    .map(({ code, message, run_index: index }) => {
      const run = index === undefined ? '' : ` (run ${index})`;
      return `- ${escapeMarkdown(code)}${run}: ${escapeMarkdown(message)}`;
    })
    .join('\n');
}

function finding({ scheduler, diagnosis, runs, dump }: Finding): string {
  const { code, words, advice } = diagnosis;
  const text = [
    `- ${escapeMarkdown(scheduler)} (\`${code}\`, ${runsInWords(runs)}): ${escapeMarkdown(words)}.`,
    escapeMarkdown(advice),
  ].join(' ');
  if (dump === null) return text;
  const body = fencedText(shortDump(dump), MOST_DUMP_LINES);
  return `${text}\n\n${folded('What the kernel wrote when it ended it', body)}\n`;
}

function invalidRunsTable(runs: readonly StoredRun[]): string {
  const invalid = runs.filter((run) => run.status !== 'success');
  if (invalid.length === 0) return '';
  return markdownTable(
    ['Run', 'Case', 'Arm', 'Status', 'Reasons'],
    invalid.map((run) => [
      String(run.index),
      escapeMarkdown(run.test_id),
      escapeMarkdown(run.scheduler.name),
      run.status,
      whyInvalid(run).map(escapeMarkdown).join('; ') || 'none was stored',
    ]),
    new Set([0]),
  );
}

function placeTable(experiment: ExperimentRecord): string {
  return markdownTable(
    ['', ''],
    placeRows(experiment).map((row) => row.map(escapeMarkdown)),
  );
}

function encodePath(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}
