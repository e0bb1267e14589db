// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { type CaseSoFar, enoughBlocks, expectedBlocks } from './stop-rule.ts';
import { fewestBlocks } from './verdict.ts';

const RULE = { seed: 1, fewest_blocks: 6, most_blocks: 20, precision: 0.02, max_time_s: 100 };

function after(blocks: number, halfWidth: number, changes: Partial<CaseSoFar> = {}): CaseSoFar {
  const ci95 = [0.3 - halfWidth, 0.3 + halfWidth] as const;
  return {
    blocks,
    validPairs: blocks,
    arms: [{ scheduler: 'x', improvement: 0.3, ci95 }],
    ...changes,
  };
}

test.each([
  ['before the fewest, however narrow', after(5, 0.001), 10, null],
  ['narrow enough', after(6, 0.0199), 10, 'precise'],
  ['too wide', after(6, 0.021), 10, null],
  ['at the most', after(20, 0.5), 10, 'most_blocks'],
  ['out of time', after(3, 0.5), 101, 'max_time'],
  ['hardly a valid run', after(6, 0.5, { validPairs: 2 }), 10, 'too_few_valid'],
  [
    'one of two arms too wide',
    after(8, 0.01, {
      arms: [
        { scheduler: 'x', improvement: 0.3, ci95: [0.29, 0.31] },
        { scheduler: 'y', improvement: 0.3, ci95: [0.2, 0.4] },
      ],
    }),
    10,
    null,
  ],
])('a case %s', (_, soFar, elapsedS, reason) => {
  expect(enoughBlocks(RULE, soFar, elapsedS)).toBe(reason);
});

test('without a limit the time does not end a case', () => {
  expect(enoughBlocks({ ...RULE, max_time_s: null }, after(3, 0.5), 1e9)).toBe(null);
});

test('expects the blocks that make the interval narrow enough', () => {
  expect(expectedBlocks(RULE, after(6, 0.03))).toBe(14);
  expect(expectedBlocks(RULE, after(6, 0.001))).toBe(6);
  expect(expectedBlocks(RULE, after(6, 0.5))).toBe(20);
  expect(expectedBlocks(RULE, after(0, 0, { arms: [] }))).toBe(6);
});

test('more comparisons need more blocks to show anything', () => {
  expect([1, 2, 9].map(fewestBlocks)).toEqual([6, 7, 9]);
});
