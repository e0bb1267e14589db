// SPDX-License-Identifier: Apache-2.0
import type { Random } from './random.ts';

/**
 * A number from 1 to `largest` with Pareto's distribution, cut off there: no value is drawn more
 * often than its density says, `largest` neither.
 */
export function boundedPareto(random: Random, shape: number, largest: number): number {
  // The inverse of P(X > x) among those that are not above `largest`.
  const above = 1 - random() * (1 - largest ** -shape);
  return above ** (-1 / shape);
}
