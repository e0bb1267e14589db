// SPDX-License-Identifier: Apache-2.0
import type { Summary, Verdict } from '../results/experiment-record.ts';
import type { Interval } from '../stats/estimate.ts';

/** An arm is better or worse only when the whole interval of its improvement says so. */
export function judge([low, high]: Interval): Verdict {
  if (low > 0) return 'faster';
  if (high < 0) return 'slower';
  return 'no_difference_shown';
}

/** One plain sentence: what, how much, how sure, how far from what no schedule can beat. */
export function verdictSentence(summary: Summary): string {
  const { test_id, scheduler, verdict, improvement, improvement_ci95, makespan_ratio } = summary;
  const subject = `${test_id}: ${scheduler}`;
  if (verdict === 'not_enough_valid_runs' || improvement == null || !improvement_ci95) {
    return `${subject} was not measured: not enough valid runs (${summary.runs - summary.invalid_runs} of ${summary.runs}).`;
  }
  const [low, high] = improvement_ci95 as [number, number];
  const sure = `95 % sure of ${percent(low)} to ${percent(high)}`;
  const limit = makespan_ratio
    ? ` It is ${percent(makespan_ratio.median - 1)} above the bound that no schedule can beat.`
    : '';
  switch (verdict) {
    case 'faster':
      return `${subject} ends the work ${percent(improvement)} sooner than the baseline (${sure}).${limit}`;
    case 'slower':
      return `${subject} ends the work ${percent(-improvement)} later than the baseline (${sure} sooner).${limit}`;
    default:
      return `${subject} shows no difference to the baseline (${percent(improvement)} sooner, ${sure}).${limit}`;
  }
}

function percent(fraction: number): string {
  return `${(fraction * 100).toFixed(1)} %`;
}
