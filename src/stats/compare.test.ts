// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { comparePaired, signFlipTest } from './compare.ts';
import { estimate } from './estimate.ts';

test('estimates location and spread with the interval of Student', () => {
  // t(0.975, 4) = 2.776445; s of 1…5 is √2.5.
  const { median, mean, stddev, ci95 } = estimate([1, 2, 3, 4, 5]);
  expect([median, mean]).toEqual([3, 3]);
  expect(stddev).toBeCloseTo(Math.sqrt(2.5), 12);
  expect(ci95[1] - 3).toBeCloseTo((2.776445 * Math.sqrt(2.5)) / Math.sqrt(5), 5);
  expect(3 - ci95[0]).toBeCloseTo(ci95[1] - 3, 12);
});

test('one value has no spread', () => {
  expect(estimate([7])).toEqual({ median: 7, mean: 7, stddev: 0, ci95: [7, 7] });
});

test('a drift that hits both arms of a block alike does not widen the interval', () => {
  const pairs = [1, 2, 3, 10].map((speed) => ({ baseline: 10 * speed, candidate: 6 * speed }));
  const { improvement, ci95 } = comparePaired(pairs);
  expect(improvement).toBeCloseTo(0.4, 12);
  expect(ci95[1] - ci95[0]).toBeLessThan(1e-9);
});

test('swapping the arms turns the interval round', () => {
  const pairs = [
    { baseline: 10, candidate: 9 },
    { baseline: 11, candidate: 9.5 },
    { baseline: 10.5, candidate: 9.8 },
  ];
  const there = comparePaired(pairs);
  const back = comparePaired(
    pairs.map(({ baseline, candidate }) => ({ baseline: candidate, candidate: baseline })),
  );
  expect((1 - there.improvement) * (1 - back.improvement)).toBeCloseTo(1, 12);
  expect(back.pValue).toBe(there.pValue);
  expect(there.ci95[0]).toBeLessThan(there.improvement);
  expect(there.ci95[1]).toBeGreaterThan(there.improvement);
});

test('the sign-flip test counts assignments', () => {
  // All of one sign: only that assignment and its opposite are as far from zero.
  expect(signFlipTest([1, 2, 3, 4, 5])).toBe(2 / 32);
  expect(signFlipTest([1, 1])).toBe(0.5);
  // |1 − 2 + 3| = 2: the sums of ±1 ±2 ±3 are ±6, ±4, ±2, 0, 0.
  expect(signFlipTest([1, -2, 3])).toBe(6 / 8);
  expect(signFlipTest([0, 0, 0])).toBe(1);
});
