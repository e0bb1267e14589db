// SPDX-License-Identifier: Apache-2.0
import { mean } from 'simple-statistics';
import { expect, test } from 'vitest';
import { boundedPareto } from './bounded-pareto.ts';
import { seededRandom } from './random.ts';

test('draws have the mean and the quantiles of the distribution, and its bounds', () => {
  const [shape, largest] = [1.1, 50];
  const random = seededRandom(3);
  const draws = Array.from({ length: 100_000 }, () => boundedPareto(random, shape, largest));
  expect(Math.min(...draws)).toBeGreaterThanOrEqual(1);
  expect(Math.max(...draws)).toBeLessThanOrEqual(largest);
  const below = 1 - largest ** -shape;
  const expected = (11 * (1 - largest ** -0.1)) / below;
  // Their standard deviation is 6: a mean of 100,000 is off by more than 0.1 once in 10^7.
  expect(Math.abs(mean(draws) - expected)).toBeLessThan(0.1);
  const shareAbove10 = (10 ** -shape - largest ** -shape) / below;
  const drawnAbove10 = draws.filter((draw) => draw > 10).length / draws.length;
  expect(Math.abs(drawnAbove10 - shareAbove10)).toBeLessThan(0.005);
});
