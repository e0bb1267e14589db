// SPDX-License-Identifier: Apache-2.0
import { assertNever } from '../core/assert-never.ts';
import type { ExperimentRecord, Summary } from '../results/experiment-record.ts';
import { oneLine, perCent, seconds, significant } from './text.ts';

/** Greater p values show nothing; experiment/verdict.ts judges by the same. */
const SIGNIFICANCE = 0.05;

/** The experiment's answer in one sentence without a full stop, fit for a title. */
export function headline(experiment: ExperimentRecord): string {
  const { summaries } = experiment;
  const comparisons = summaries.filter((summary) => !summary.baseline);
  const cases = new Set(summaries.map((summary) => summary.test_id)).size;
  if (summaries.length === 0) return `${oneLine(experiment.name, 60)}: nothing was measured`;
  if (comparisons.length === 0) return headlineOfOneArm(summaries);
  if (cases > 1) return headlineOfManyCases(comparisons, cases, experiment.plan.baseline);
  const faster = comparisons.filter((summary) => summary.verdict === 'faster');
  const best = (faster.length > 0 ? faster : comparisons).reduce((a, b) =>
    gain(b) > gain(a) ? b : a,
  );
  return comparisonSentence(best, experiment.plan.baseline, comparisons.length > 1);
}

/** `ctest_suite: 37.4 % less makespan than the kernel's default (95 % CI 36.1 to 38.6)` */
export function comparisonSentence(summary: Summary, baseline: string, namesArm: boolean): string {
  const than = namesArm
    ? `with ${oneLine(summary.scheduler, 40)} than with ${armInWords(baseline)}`
    : `than ${armInWords(baseline)}`;
  const testId = oneLine(summary.test_id, 40);
  const outcome = outcomeOf(summary);
  switch (outcome.kind) {
    case 'less':
    case 'more':
      return `${testId}: ${outcome.perCent} % ${outcome.kind} makespan ${than} (95 % CI ${outcome.interval})`;
    case 'same': {
      const arm = namesArm ? ` of ${oneLine(summary.scheduler, 40)}` : '';
      const least = summary.smallest_detectable;
      const detectable = least == null ? '' : `; one of ${perCent(least)} % would mostly have been`;
      return `${testId}: no difference${arm} from ${armInWords(baseline)} shown (95 % CI ${outcome.interval} % less makespan${detectable})`;
    }
    case 'too_few_blocks': {
      const arm = namesArm ? ` on ${oneLine(summary.scheduler, 40)}` : '';
      return `${testId}: ${outcome.blocks} blocks are too few for a verdict${arm} (95 % CI ${outcome.interval} % less makespan)`;
    }
    case 'unknown':
      return `${testId}: too few valid runs${namesArm ? ` of ${oneLine(summary.scheduler, 40)}` : ''} for a verdict`;
    default:
      return assertNever(outcome);
  }
}

/** How sure the verdict is, and how far from the ideal schedule: `p = 0.03; 2.1 % above …` */
export function evidencePhrase(summary: Summary): string {
  const { p_value_adjusted: p, makespan_ratio: ratio } = summary;
  const parts: string[] = [];
  if (hasTooFewBlocks(summary)) {
    parts.push(`p is at least ${significant(summary.least_p_value)}`);
  } else if (p != null) {
    parts.push(p < 0.001 ? 'p < 0.001' : `p = ${significant(p)}`);
  }
  if (ratio) parts.push(`${perCent(ratio.median - 1)} % above the bound that no schedule can beat`);
  return parts.join('; ');
}

export type Outcome =
  | { readonly kind: 'less' | 'more'; readonly perCent: string; readonly interval: string }
  | { readonly kind: 'same'; readonly interval: string }
  | { readonly kind: 'too_few_blocks'; readonly blocks: number; readonly interval: string }
  | { readonly kind: 'unknown' };

/** The verdict with its numbers, in per cent of the baseline's makespan. */
export function outcomeOf(summary: Summary): Outcome {
  const { improvement, improvement_ci95: interval, verdict } = summary;
  const [low, high] = interval ?? [];
  if (improvement == null || low === undefined || high === undefined) return { kind: 'unknown' };
  switch (verdict) {
    case 'faster':
      return { kind: 'less', perCent: perCent(improvement), interval: fromTo(low, high) };
    case 'slower':
      return { kind: 'more', perCent: perCent(-improvement), interval: fromTo(-high, -low) };
    case 'no_difference_shown':
      return hasTooFewBlocks(summary)
        ? { kind: 'too_few_blocks', blocks: summary.blocks ?? 0, interval: fromTo(low, high) }
        : { kind: 'same', interval: fromTo(low, high) };
    case 'not_enough_valid_runs':
    case undefined:
      return { kind: 'unknown' };
    default:
      return assertNever(verdict);
  }
}

/** True when no figures of so many blocks could have given a verdict, in this many comparisons. */
export function hasTooFewBlocks(
  summary: Summary,
): summary is Summary & { readonly least_p_value: number } {
  return summary.least_p_value != null && summary.least_p_value > SIGNIFICANCE;
}

/** The arm as it is called in a sentence. */
export function armInWords(scheduler: string): string {
  return scheduler === 'default' ? "the kernel's default" : oneLine(scheduler, 40);
}

function headlineOfOneArm(summaries: readonly Summary[]): string {
  const measured = summaries.filter((summary) => summary.makespan_s && summary.makespan_ratio);
  const [first] = measured;
  if (!first?.makespan_s || !first.makespan_ratio) return 'No valid run';
  const arm = armInWords(first.scheduler);
  if (measured.length === 1) {
    const ratio = significant(first.makespan_ratio.median);
    return `${oneLine(first.test_id, 40)}: makespan ${seconds(first.makespan_s.median)} under ${arm}, ${ratio} × the lower bound`;
  }
  const ratios = measured.map((summary) => summary.makespan_ratio?.median ?? 0);
  const range = `${significant(Math.min(...ratios))} to ${significant(Math.max(...ratios))}`;
  return `${measured.length} cases under ${arm}: makespan ${range} × the lower bound`;
}

function headlineOfManyCases(
  comparisons: readonly Summary[],
  cases: number,
  baseline: string,
): string {
  const of = (verdict: Summary['verdict']) =>
    comparisons.filter((summary) => summary.verdict === verdict);
  const faster = of('faster');
  const same = of('no_difference_shown');
  const tooFew = same.filter(hasTooFewBlocks).length;
  const total =
    comparisons.length === cases
      ? `${cases} cases`
      : `${comparisons.length} comparisons over ${cases} cases`;
  const most = Math.max(...faster.map(gain));
  const upTo = faster.length > 0 ? ` (up to ${perCent(most)} % less)` : '';
  const others = [
    [of('slower').length, 'longer in'],
    [same.length - tooFew, 'no difference shown in'],
    [tooFew, 'too few blocks in'],
    [of('not_enough_valid_runs').length, 'too few valid runs in'],
  ] as const;
  const rest = others.flatMap(([count, words]) => (count > 0 ? [`; ${words} ${count}`] : []));
  return `Shorter makespan than ${armInWords(baseline)} in ${faster.length} of ${total}${upTo}${rest.join('')}`;
}

function gain(summary: Summary): number {
  return summary.improvement ?? Number.NEGATIVE_INFINITY;
}

function fromTo(low: number, high: number): string {
  return `${perCent(low)} to ${perCent(high)}`;
}
