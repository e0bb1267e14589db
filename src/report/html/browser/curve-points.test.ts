// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { powerText, sharesEnded } from './curve-points.ts';

test('counts what has ended at each time', () => {
  expect(sharesEnded([1, 2, 2, 4], [0, 1, 2, 3, 4])).toEqual([0, 0.25, 0.75, 0.75, 1]);
});

test('names powers of two of microseconds', () => {
  expect([0, 5, 10, 15, 22].map(powerText)).toEqual(['1 µs', '32 µs', '1 ms', '33 ms', '4.2 s']);
});
