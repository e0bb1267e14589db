// SPDX-License-Identifier: Apache-2.0
import type { Summary, Verdict } from '../results/experiment-record.ts';
import { holm } from '../stats/holm.ts';
import { leastPValue } from '../stats/sign-flip.ts';

/** The chance of any false verdict in an experiment. */
export const SIGNIFICANCE = 0.05;

/**
 * Gives every comparison of an experiment its verdict. They are judged together: each p value is
 * corrected for their number.
 */
export function judgeTogether(summaries: readonly Summary[]): Summary[] {
  const comparisons = summaries.filter(({ p_value: p }) => p != null);
  const adjusted = holm(comparisons.map((summary) => summary.p_value as number));
  return summaries.map((summary) => {
    const place = comparisons.indexOf(summary);
    if (place < 0) return summary;
    const p = adjusted[place] as number;
    return {
      ...summary,
      p_value_adjusted: p,
      least_p_value: Math.min(1, comparisons.length * leastPValue(summary.blocks ?? 0)),
      verdict: judge(p, summary.improvement_ci95 as [number, number]),
    };
  });
}

/** The fewest blocks that can show significance in this many comparisons. */
export function fewestBlocks(comparisons: number): number {
  let blocks = 2;
  while (comparisons * leastPValue(blocks) > SIGNIFICANCE) blocks++;
  return blocks;
}

/** Test and interval must both say so: they answer the same question by different assumptions. */
export function judge(p: number, [low, high]: readonly [number, number]): Verdict {
  if (p <= SIGNIFICANCE && low > 0) return 'faster';
  if (p <= SIGNIFICANCE && high < 0) return 'slower';
  return 'no_difference_shown';
}
