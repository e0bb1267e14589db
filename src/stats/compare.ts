// SPDX-License-Identifier: Apache-2.0
import { estimate, type Interval } from './estimate.ts';

/** The same quantity under the baseline and under the candidate, measured in one block. */
export interface Pair {
  readonly baseline: number;
  readonly candidate: number;
}

export interface Comparison {
  /** 1 − geometric mean of candidate / baseline over the blocks. */
  readonly improvement: number;
  readonly ci95: Interval;
  /** Exact two-sided sign-flip test; 1 / 2^(n−1) is the least that n blocks can give. */
  readonly pValue: number;
}

/** More blocks than this would make the exact test slow: 2^20 assignments. */
const MOST_BLOCKS_FOR_EXACT_TEST = 20;

/**
 * Compares block by block, on the logarithm of the ratio: a drift of the machine's speed that
 * hits both runs of a block alike cancels out.
 * @param pairs at least two blocks; all values above 0
 */
export function comparePaired(pairs: readonly Pair[]): Comparison {
  const logs = pairs.map(({ baseline, candidate }) => Math.log(candidate / baseline));
  const { mean, ci95 } = estimate(logs);
  return {
    improvement: -Math.expm1(mean),
    ci95: [-Math.expm1(ci95[1]), -Math.expm1(ci95[0])],
    pValue: signFlipTest(logs),
  };
}

/**
 * If neither arm is better, every difference could as well have had the other sign: the share of
 * all sign assignments whose sum is at least as far from zero as the one seen.
 * (Fisher, The Design of Experiments, 1935, section 21.)
 */
export function signFlipTest(differences: readonly number[]): number {
  const list = differences.slice(0, MOST_BLOCKS_FOR_EXACT_TEST);
  const seen = Math.abs(list.reduce((sum, value) => sum + value, 0));
  // Sums that are equal but for rounding count as equal.
  const threshold = seen - 1e-12 * (seen + 1);
  const assignments = 2 ** list.length;
  let asFar = 0;
  for (let signs = 0; signs < assignments; signs++) {
    let sum = 0;
    for (let i = 0; i < list.length; i++) {
      sum += signs & (1 << i) ? (list[i] as number) : -(list[i] as number);
    }
    if (Math.abs(sum) >= threshold) asFar++;
  }
  return asFar / assignments;
}
