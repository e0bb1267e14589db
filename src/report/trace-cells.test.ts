// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { addStretch, stretches } from './trace-cells.ts';

test('spreads a stretch over the cells that it touches, and leaves out what is beyond them', () => {
  const cover = new Float64Array(4);
  addStretch(cover, 0.5, 2.25, 1);
  addStretch(cover, 3.5, 9, 1);
  addStretch(cover, 8, 9, 1);
  expect([...cover]).toEqual([0.5, 1, 0.25, 0.5]);
});

test('joins neighbours that look the same', () => {
  const looks = ['a', 'a', null, 'b', 'a', 'a', 'a'];
  expect(stretches(looks.length, (cell) => looks[cell] ?? null)).toEqual([
    { from: 0, to: 2, look: 'a' },
    { from: 3, to: 4, look: 'b' },
    { from: 4, to: 7, look: 'a' },
  ]);
});
