// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { niceTicks } from './nice-ticks.ts';

test.each([
  [0, 12.4, 6, [0, 2, 4, 6, 8, 10, 12]],
  [-0.03, 0.46, 5, [0, 0.1, 0.2, 0.3, 0.4]],
  [1.0001, 1.00019, 4, [1.0001, 1.00012, 1.00014, 1.00016, 1.00018]],
  [3, 3, 5, []],
])('%d to %d has round ticks', (from, to, about, expected) => {
  const ticks = niceTicks(from, to, about);
  expect(ticks.length).toBe(expected.length);
  ticks.forEach((tick, place) => {
    expect(tick).toBeCloseTo(expected[place] as number, 9);
  });
});
