// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { fairMakespan } from './fair-share.ts';

const together = (...cpuTimesS: number[]) =>
  cpuTimesS.map((cpuTimeS) => ({ cpuTimeS, releaseS: 0 }));

test('equal tasks end together', () => {
  expect(fairMakespan(together(1, 1, 1, 1), 2)).toBe(2);
  expect(fairMakespan(together(1, 1), 4)).toBe(1);
  expect(fairMakespan([], 4)).toBe(0);
});

test('a long task has had no more than the short ones when those have ended', () => {
  // 40 tasks share 4 CPUs until each has had 1 s, at 10 s; 12 s are left of the long one.
  const shorts = Array.from({ length: 39 }, () => 1);
  expect(fairMakespan(together(13, ...shorts), 4)).toBeCloseTo(22, 9);
});

test('a task shares from its release on, and the CPUs wait for it', () => {
  const first = { cpuTimeS: 2, releaseS: 0 };
  // Alone for 1 s, then both at half speed until the first has had its 2 s, then alone.
  expect(fairMakespan([{ cpuTimeS: 3, releaseS: 1 }, first], 1)).toBeCloseTo(5, 9);
  expect(fairMakespan([{ cpuTimeS: 3, releaseS: 1 }, first], 2)).toBeCloseTo(4, 9);
  expect(fairMakespan([{ cpuTimeS: 3, releaseS: 10 }, first], 1)).toBeCloseTo(13, 9);
});
