// SPDX-License-Identifier: Apache-2.0
import { seededRandom } from './random.ts';

/** More differences than this would make the exact test slow: 2^18 assignments. */
const MOST_FOR_EXACT_TEST = 18;
/** Assignments that are drawn beyond that; p is then exact to 0.001 near 0.05. */
const DRAWN_ASSIGNMENTS = 50_000;

/**
 * Two-sided p value. If neither arm is better, every difference could as well have had the other
 * sign: the share of all sign assignments whose sum is at least as far from zero as the one seen.
 * (Fisher, The Design of Experiments, 1935, section 21.) With more than 18 differences, of a sample
 * of the assignments, with the one seen among them.
 */
export function signFlipTest(differences: readonly number[]): number {
  const n = differences.length;
  const seen = Math.abs(differences.reduce((sum, value) => sum + value, 0));
  // Sums that are equal but for rounding count as equal.
  const threshold = seen - 1e-12 * (seen + 1);
  if (n > MOST_FOR_EXACT_TEST) return sampledTest(differences, threshold);
  const assignments = 2 ** n;
  let asFar = 0;
  for (let signs = 0; signs < assignments; signs++) {
    let sum = 0;
    for (let i = 0; i < n; i++) {
      sum += signs & (1 << i) ? (differences[i] as number) : -(differences[i] as number);
    }
    if (Math.abs(sum) >= threshold) asFar++;
  }
  return asFar / assignments;
}

/** The least p that n differences can give: all of one sign. */
export function leastPValue(n: number): number {
  return 2 ** (1 - n);
}

function sampledTest(differences: readonly number[], threshold: number): number {
  const random = seededRandom(1);
  let asFar = 1;
  for (let drawn = 1; drawn < DRAWN_ASSIGNMENTS; drawn++) {
    let sum = 0;
    for (const value of differences) sum += random() < 0.5 ? value : -value;
    if (Math.abs(sum) >= threshold) asFar++;
  }
  return asFar / DRAWN_ASSIGNMENTS;
}
