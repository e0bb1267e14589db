// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { lowerBound } from './lower-bound.ts';

const task = (user_s: number, release_s?: number) => ({
  user_s,
  system_s: 0,
  ...(release_s === undefined ? {} : { release_s }),
});

test('the bound is the longest task or the CPUs shared out, whichever is more', () => {
  expect(lowerBound([task(1), task(1), task(1), task(1)], 2)).toBe(2);
  expect(lowerBound([task(5), task(1)], 2)).toBe(5);
  expect(lowerBound([], 2)).toBe(0);
});

test('a task that is released later cannot end before that and its CPU time', () => {
  expect(lowerBound([task(5), task(1, 6)], 2)).toBe(7);
  expect(lowerBound([task(5), task(1, 3)], 2)).toBe(5);
  expect(lowerBound([task(5, 0), task(1, 0)], 2)).toBe(5);
});

test('what is released later must fit behind its release, all CPUs together', () => {
  const late = [3, 3, 3.5, 3].map((release) => task(1, release));
  // From 3 s on there are 4 s of work for 2 CPUs; the early task has long ended.
  expect(lowerBound([task(1), ...late], 2)).toBe(5);
  // Together they still take all of the CPUs' time from the start.
  expect(lowerBound([task(6), task(6), ...late], 2)).toBe(8);
});
