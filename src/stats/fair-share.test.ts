// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { fairMakespan } from './fair-share.ts';

test('equal tasks end together', () => {
  expect(fairMakespan([1, 1, 1, 1], 2)).toBe(2);
  expect(fairMakespan([1, 1], 4)).toBe(1);
  expect(fairMakespan([], 4)).toBe(0);
});

test('a long task has had no more than the short ones when those have ended', () => {
  // 40 tasks share 4 CPUs until each has had 1 s, at 10 s; 12 s are left of the long one.
  const shorts = Array.from({ length: 39 }, () => 1);
  expect(fairMakespan([13, ...shorts], 4)).toBeCloseTo(22, 9);
});
