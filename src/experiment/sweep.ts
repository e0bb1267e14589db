// SPDX-License-Identifier: Apache-2.0

/** At an instant two counts change by so much. */
export interface Change {
  readonly atNs: number;
  readonly running?: number;
  readonly waiting?: number;
}

/** The integral of `rate` over time, from the first change to the last. */
export function sweep(
  changes: readonly Change[],
  rate: (running: number, waiting: number) => number,
): number {
  let [running, waiting, sum, beforeNs] = [0, 0, 0, 0];
  // All that happens at one instant takes no time, so its order does not matter.
  for (const change of changes.toSorted((a, b) => a.atNs - b.atNs)) {
    sum += rate(running, waiting) * (change.atNs - beforeNs);
    running += change.running ?? 0;
    waiting += change.waiting ?? 0;
    beforeNs = change.atNs;
  }
  return sum;
}
