// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { EXIT, worstStatus } from './exit-status.ts';
import { cpuCounts } from './options.ts';

test.each([
  ['4', [4]],
  ['1,2,4,8', [1, 2, 4, 8]],
  ['8,2', [8, 2]],
])('--cpus %s', (text, counts) => {
  expect(cpuCounts(text)).toEqual(counts);
});

test.each([
  ['', /whole number/],
  ['0', /whole number/],
  ['1,', /whole number/],
  ['1, 2', /whole number/],
  ['2.5', /whole number/],
  ['2,4,2', /twice/],
])('--cpus "%s" is refused', (text, why) => {
  expect(() => cpuCounts(text)).toThrow(why);
});

test('a sweep ends like the worst of its parts', () => {
  expect(worstStatus([EXIT.ok, EXIT.ok])).toBe(EXIT.ok);
  expect(worstStatus([EXIT.ok, EXIT.environment])).toBe(EXIT.environment);
  // As within an experiment: what was measured wrongly is worse than what was left out.
  expect(worstStatus([EXIT.environment, EXIT.invalid, EXIT.ok])).toBe(EXIT.invalid);
  expect(worstStatus([EXIT.interrupted, EXIT.invalid])).toBe(EXIT.interrupted);
});
