// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { pan, timeText, wholeOf, zoom } from './view.ts';

const WHOLE = { from: 0, to: 10 };

test('zooms in around a time that stays where it is', () => {
  const view = zoom(WHOLE, WHOLE, 2, 2);
  expect(view).toEqual({ from: 1, to: 6 });
});

test('never shows more than all, nor less than what has a meaning', () => {
  expect(zoom({ from: 3, to: 5 }, WHOLE, 4, 0.01)).toEqual(WHOLE);
  const close = zoom(WHOLE, WHOLE, 5, 1e12);
  expect(close.to - close.from).toBeCloseTo(50e-6, 9);
});

test('pans as far as there is something', () => {
  const view = { from: 2, to: 4 };
  expect(pan(view, WHOLE, 3)).toEqual({ from: 5, to: 7 });
  expect(pan(view, WHOLE, 30)).toEqual({ from: 8, to: 10 });
  expect(pan(view, WHOLE, -30)).toEqual({ from: 0, to: 2 });
});

test('writes times with the digits that the view can tell apart', () => {
  expect(timeText(1.23456789, WHOLE)).toBe('1.235 s');
  expect(timeText(1.23456789, { from: 1.2345, to: 1.2346 })).toBe('1.234568 s');
});

test('all is from the release to a little behind the longest run', () => {
  expect(wholeOf([10, 20]).to).toBeCloseTo(22, 9);
  expect(wholeOf([])).toEqual({ from: 0, to: 1 });
});
