// SPDX-License-Identifier: Apache-2.0
import { quantileSorted } from 'simple-statistics';

/** First quartile, median and third quartile; null of nothing. */
export function quartiles(values: readonly number[]): [number, number, number] | null {
  if (values.length === 0) return null;
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => quantileSorted(sorted, share);
  return [at(0.25), at(0.5), at(0.75)];
}
