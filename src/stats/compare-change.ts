// SPDX-License-Identifier: Apache-2.0
import jstat from 'jstat';
import { mean, permutationTest, sampleVariance } from 'simple-statistics';
import type { Interval } from './estimate.ts';
import { seededRandom } from './random.ts';

const PERMUTATIONS = 20_000;

export interface Difference {
  /** mean(now) − mean(then) */
  readonly difference: number;
  /** Welch's interval, for samples of different scatter. */
  readonly ci95: Interval;
  /** Two-sided permutation test of the means. */
  readonly pValue: number;
}

/**
 * Compares two samples that are not paired.
 * @param then at least two values, and so of `now`
 */
export function compareUnpaired(then: readonly number[], now: readonly number[]): Difference {
  const [old, recent] = [[...then], [...now]];
  const difference = mean(recent) - mean(old);
  const parts = [sampleVariance(old) / old.length, sampleVariance(recent) / recent.length] as const;
  const variance = parts[0] + parts[1];
  const freedom =
    variance ** 2 / (parts[0] ** 2 / (old.length - 1) + parts[1] ** 2 / (recent.length - 1));
  const half = variance > 0 ? jstat.studentt.inv(0.975, freedom) * Math.sqrt(variance) : 0;
  const pValue = permutationTest(recent, old, 'two_side', PERMUTATIONS, seededRandom(1));
  return { difference, ci95: [difference - half, difference + half], pValue };
}
