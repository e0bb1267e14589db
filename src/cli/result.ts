// SPDX-License-Identifier: Apache-2.0
import Table from 'cli-table3';
import type { ExperimentResult } from '../experiment/run-experiment.ts';
import { CASE_SKIPPED } from '../experiment/runnable-cases.ts';
import { findings, runsInWords, whyInvalid } from '../report/findings.ts';
import { comparisonSentence, evidencePhrase } from '../report/verdict-sentence.ts';
import type { Estimate, Summary } from '../results/experiment-record.ts';
import type { StoredExperiment, StoredRun } from '../results/read.ts';
import type { RunRecord } from '../results/run-record.ts';
import { EXIT, type ExitStatus } from './exit-status.ts';
import { colors, percent } from './io.ts';

/** Done well only when every run is valid and no case was left out. */
export function statusOfResult({
  experiment,
  runs,
}: Pick<StoredExperiment, 'experiment' | 'runs'>): ExitStatus {
  if (experiment.status === 'interrupted') return EXIT.interrupted;
  if (experiment.status !== 'complete') return EXIT.invalid;
  if (runs.length === 0 || runs.some((run) => run.status !== 'success')) return EXIT.invalid;
  const skipped = experiment.warnings.some(({ code }) => code === CASE_SKIPPED);
  return skipped ? EXIT.environment : EXIT.ok;
}

/** The document of `--json` and `--save`: the experiment with its runs. */
export function resultDocument({ folder, experiment, runs }: ExperimentResult) {
  return { ...experiment, folder, runs };
}

/**
 * The answer for people: a table, what was invalid, where it is all stored, and last a sentence
 * for each verdict.
 */
export function resultText(
  { experiment, runs, folder }: ExperimentResult,
  files: readonly string[],
): string {
  return [
    summaryTable(experiment.summaries),
    ...invalidLines(runs),
    ...findingLines(runs),
    ...(experiment.plan.schedulers.length === 1 ? analysisLines(runs) : []),
    `Stored in ${folder}`,
    ...files,
    ...againstLines(experiment),
    ...experiment.summaries
      .filter((summary) => !summary.baseline)
      .map((summary) => verdictLine(summary, experiment.plan.baseline)),
  ].join('\n');
}

/** A line for each run that does not count, and why. */
export function invalidLines(runs: readonly StoredRun[]): string[] {
  return runs
    .filter((run) => run.status !== 'success')
    .map(
      (run) =>
        `run ${run.index + 1} (${run.test_id} under ${run.scheduler.name}) does not count: ` +
        whyInvalid(run).join('; '),
    );
}

/** What was wrong with each scheduler, or seen of it, and what to do about it. */
function findingLines(runs: readonly StoredRun[]): string[] {
  return findings(runs).map(({ scheduler, diagnosis: { code, words, advice }, runs: where }) => {
    const counted = runsInWords(where.map((index) => index + 1));
    return `${scheduler}: ${words} (${code}; ${counted}). ${advice}`;
  });
}

/** What kind of work each case is, by its first valid run. */
function analysisLines(runs: readonly RunRecord[]): string[] {
  const valid = runs.filter((run) => run.status === 'success');
  return [...new Set(valid.map((run) => run.test_id))].map((testId) => {
    const run = valid.find((candidate) => candidate.test_id === testId) as RunRecord;
    const { long_tail_detected, skew_ratio, expected_improvement = 0 } = run.process_analysis;
    const kind = long_tail_detected ? 'a long tail' : 'no long tail';
    return (
      `${testId}: ${kind} (the longest task takes ${skew_ratio.toFixed(1)} times a short one); the ` +
      `ideal schedule of this work takes ${percent(expected_improvement)} less than a fair one`
    );
  });
}

function summaryTable(summaries: readonly Summary[]): string {
  const table = new Table({
    head: [
      'case',
      'scheduler',
      'valid runs',
      'makespan s',
      '/ bound',
      'short s',
      'long s',
      'improvement',
    ],
    style: { head: [], border: [] },
  });
  for (const summary of summaries) {
    table.push([
      summary.test_id,
      summary.scheduler + (summary.baseline ? ' (baseline)' : ''),
      `${summary.runs - summary.invalid_runs} of ${summary.runs}`,
      estimateText(summary.makespan_s, 2),
      estimateText(summary.makespan_ratio, 3),
      summary.short_completion_s?.toFixed(2) ?? '–',
      summary.long_completion_s?.toFixed(2) ?? '–',
      improvementText(summary),
    ]);
  }
  return table.toString();
}

function estimateText(estimate: Estimate | null, digits: number): string {
  if (!estimate) return '–';
  return `${estimate.median.toFixed(digits)} ± ${estimate.stddev.toFixed(digits)}`;
}

function improvementText({ improvement, improvement_ci95 }: Summary): string {
  if (improvement == null || !improvement_ci95) return '–';
  const [low, high] = improvement_ci95 as [number, number];
  return `${percent(improvement)} [${percent(low)}, ${percent(high)}]`;
}

/** What has changed since the experiment that it was compared with. */
function againstLines({ against }: ExperimentResult['experiment']): string[] {
  if (!against) return [];
  const lines = against.comparisons.map((arm) => {
    const [low, high] = arm.change_ci95 as [number, number];
    const verdict = arm.verdict.replaceAll('_', ' ');
    return (
      `  ${arm.test_id} under ${arm.scheduler}: improvement ${percent(arm.improvement_then)} then, ` +
      `${percent(arm.improvement_now)} now; ${verdict}, ${percent(arm.change)} less makespan ` +
      `[${percent(low)}, ${percent(high)}], p = ${arm.p_value_adjusted.toPrecision(2)}`
    );
  });
  return [`Against ${against.folder} of ${against.created_at}:`, ...lines];
}

function verdictLine(summary: Summary, baseline: string): string {
  const phrases = [comparisonSentence(summary, baseline, true), evidencePhrase(summary)];
  const sentence = `${phrases.filter(Boolean).join('; ')}.`;
  switch (summary.verdict) {
    case 'faster':
      return colors.green(sentence);
    case 'slower':
    case 'not_enough_valid_runs':
      return colors.red(sentence);
    default:
      return colors.yellow(sentence);
  }
}
