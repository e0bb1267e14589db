// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { bootstrapInterval } from './bootstrap.ts';
import { comparePaired } from './compare.ts';
import { compareUnpaired } from './compare-change.ts';
import { smallestDetectable } from './detectable.ts';
import { estimate } from './estimate.ts';
import { jainIndex } from './fairness.ts';
import { holm } from './holm.ts';
import { outliers } from './outliers.ts';
import { type Random, seededRandom } from './random.ts';
import { leastPValue, signFlipTest } from './sign-flip.ts';

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

test('the sign-flip test of many differences draws assignments and comes close to the exact one', () => {
  const differences = Array.from({ length: 18 }, (_, i) => (i % 3 === 0 ? -1 : 1) * (1 + i / 10));
  const exact = signFlipTest(differences);
  // A nineteenth of zero doubles the assignments and changes no sum.
  expect(signFlipTest([...differences, 0])).toBeCloseTo(exact, 2);
  expect(signFlipTest([...differences, 0])).toBe(signFlipTest([...differences, 0]));
});

test('six blocks are the fewest that can show a difference alone, nine among nine', () => {
  expect(leastPValue(5)).toBeGreaterThan(0.05);
  expect(leastPValue(6)).toBeLessThanOrEqual(0.05);
  expect(signFlipTest([1, 2, 3, 4, 5, 6])).toBe(leastPValue(6));
});

test('Holm corrects the smallest most and keeps the order', () => {
  // Worked by hand: 4 × 0.005, 3 × 0.01, 2 × 0.03, then never smaller than before.
  expect(holm([0.01, 0.04, 0.03, 0.005])).toEqual([0.03, 0.06, 0.06, 0.02]);
  expect(holm([0.9, 0.8])).toEqual([1, 1]);
  expect(holm([])).toEqual([]);
});

test('the bootstrap interval holds the true mean in about 95 of 100 samples', () => {
  const random = seededRandom(7);
  for (const n of [6, 10, 20]) {
    const samples = 400;
    let held = 0;
    for (let sample = 0; sample < samples; sample++) {
      const [low, high] = bootstrapInterval(Array.from({ length: n }, () => normal(random)));
      if (low <= 0 && high >= 0) held++;
    }
    // Three standard errors of a share of 0.95.
    expect(Math.abs(held / samples - 0.95), `n = ${n}`).toBeLessThan(0.033);
  }
});

test('the bootstrap interval follows a skewed sample and is the same for the same values', () => {
  const skewed = [1, 1.1, 1.2, 1.3, 1.4, 1.5, 6];
  const [low, high] = bootstrapInterval(skewed);
  const { mean } = estimate(skewed);
  expect(high - mean).toBeGreaterThan(mean - low);
  expect(bootstrapInterval(skewed)).toEqual([low, high]);
  expect(bootstrapInterval([2, 2, 2, 2, 2, 2])).toEqual([2, 2]);
});

test('the smallest detectable difference is found in about 4 of 5 samples', () => {
  const random = seededRandom(3);
  const n = 10;
  const shift =
    (smallestDetectable(Array.from({ length: 2000 }, () => normal(random))) *
      Math.sqrt(2000 / n) *
      (2.262 + 0.883)) /
    (1.961 + 0.842);
  let found = 0;
  for (let sample = 0; sample < 500; sample++) {
    const values = Array.from({ length: n }, () => normal(random) + shift);
    if (signFlipTest(values) <= 0.05) found++;
  }
  expect(found / 500).toBeGreaterThan(0.72);
  expect(found / 500).toBeLessThan(0.88);
});

test('an outlier is far from the others, measured by their median deviation', () => {
  expect(outliers([10, 10.1, 9.9, 10.05, 14], 0.2).map(({ place }) => place)).toEqual([4]);
  // Nearly the same values: a difference that does not matter is none.
  expect(outliers([10, 10, 10, 10, 10.1], 0.2)).toEqual([]);
  expect(outliers([1, 1, 1, 100], 0.1)).toEqual([]);
});

test("Jain's index is 1 for equals and 1/n for one who has everything", () => {
  expect(jainIndex([3, 3, 3])).toBe(1);
  expect(jainIndex([1, 0, 0, 0])).toBe(0.25);
  expect(jainIndex([])).toBe(1);
});

test('two samples that are not paired differ when they lie apart', () => {
  const then = [1, 1.1, 0.9, 1.05, 0.95, 1];
  const apart = compareUnpaired(
    then,
    then.map((value) => value + 1),
  );
  expect(apart.difference).toBeCloseTo(1, 12);
  expect(apart.pValue).toBeLessThan(0.01);
  expect(apart.ci95[0]).toBeGreaterThan(0.8);
  const same = compareUnpaired(then, then.toReversed());
  expect(same.pValue).toBeGreaterThan(0.9);
  expect(same.ci95[0]).toBeLessThan(0);
});

/** Near enough: the sum of twelve uniform numbers. */
function normal(random: Random): number {
  let sum = -6;
  for (let i = 0; i < 12; i++) sum += random();
  return sum;
}
