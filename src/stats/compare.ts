// SPDX-License-Identifier: Apache-2.0
import { mean } from 'simple-statistics';
import { bootstrapInterval } from './bootstrap.ts';
import { smallestDetectable } from './detectable.ts';
import type { Interval } from './estimate.ts';
import { signFlipTest } from './sign-flip.ts';

/** The same quantity under the baseline and under the candidate, measured in one block. */
export interface Pair {
  readonly baseline: number;
  readonly candidate: number;
}

export interface Comparison {
  /** 1 − geometric mean of candidate / baseline over the blocks. */
  readonly improvement: number;
  readonly ci95: Interval;
  /** Exact two-sided sign-flip test; 2^(1−n) is the least that n blocks can give. */
  readonly pValue: number;
  /** The improvement that would be shown in 4 of 5 such experiments. */
  readonly smallestDetectable: number;
}

/**
 * Compares block by block, on the logarithm of the ratio: a drift of the machine's speed that
 * hits both runs of a block alike cancels out.
 * @param pairs at least two blocks; all values above 0
 */
export function comparePaired(pairs: readonly Pair[]): Comparison {
  const logs = pairs.map(({ baseline, candidate }) => Math.log(candidate / baseline));
  const [low, high] = bootstrapInterval(logs);
  return {
    improvement: -Math.expm1(mean(logs)),
    ci95: [-Math.expm1(high), -Math.expm1(low)],
    pValue: signFlipTest(logs),
    smallestDetectable: -Math.expm1(-smallestDetectable(logs)),
  };
}
