// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { aboutSo, TimeLeft } from './time-left.ts';

test('nothing is known before the first run', () => {
  expect(new TimeLeft([1, 1]).afterS(30)).toBeNull();
});

test('parts to come have as many runs as the present one, and take their own time each', () => {
  const left = new TimeLeft([4, 2, 1]);
  left.update(0, 10, 5);
  // Half of 40, and then 20 and 10, at 5 s for each.
  expect(left.afterS(100)).toBe(5 * (20 + 20 + 10));
  left.update(0, 12, 12);
  left.update(1, 6, 3);
  expect(left.afterS(54)).toBe(6 + 6);
  left.update(2, 6, 6);
});

test('nothing is left at the end, even where a part ended early', () => {
  const left = new TimeLeft([3, 1]);
  left.update(0, 12, 4);
  left.update(0, 4, 4);
  left.update(1, 8, 8);
  expect(left.afterS(60)).toBe(0);
});

test.each([
  [3, 'about 10 s'],
  [44, 'about 40 s'],
  [100, 'about 2 min'],
  [5300, 'about 88 min'],
  [9000, 'about 2.5 h'],
])('%s s is %s', (seconds, text) => {
  expect(aboutSo(seconds)).toBe(text);
});
