// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { costInCrowd, longCpuTime, measureCost, unitsFor } from './calibrate.ts';

test.each([
  [0.00001, 0.13],
  [0.004, 0],
  [3, 0.1],
])('finds the sizes when a unit takes %s s and a start %s s', async (unitS, startS) => {
  const cost = await measureCost(async (units) => startS + units * unitS, 0.5);
  // What a single unit takes counts as part of the start.
  expect(cost.start_s).toBeCloseTo(startS + unitS, 9);
  expect(cost.unit_s / unitS).toBeGreaterThan(0.97);
  expect(cost.unit_s / unitS).toBeLessThanOrEqual(1.000001);
  // Extrapolated to a long task, with its start counted once; a unit is the least there is.
  const longS = startS + unitsFor(6.5, cost) * unitS;
  expect(Math.abs(longS - 6.5)).toBeLessThan(Math.max(0.15, unitS));
});

test('a trial that was disturbed does not count', async () => {
  const disturbance = [0.3, 0, 0, 0.4];
  const cost = await measureCost(async (units) => units * 0.005 + (disturbance.shift() ?? 0), 0.5);
  expect(Math.abs(unitsFor(0.5, cost) - 100)).toBeLessThan(3);
});

test('work that does not depend on the units is an error', async () => {
  await expect(measureCost(async () => 0.01, 0.5)).rejects.toThrow(/\$WORK_UNITS/);
});

test('in a crowd a start and a unit may cost more, and never less', async () => {
  const few = { start_s: 0.1, unit_s: 0.004 };
  const dearer = await costInCrowd(few, async (units) => 0.3 + units * 0.005, 0.5);
  expect(dearer.start_s).toBeCloseTo(0.3, 9);
  expect(dearer.unit_s).toBeCloseTo(0.005, 9);
  expect(unitsFor(0.5, dearer)).toBe(40);
  expect(await costInCrowd(few, async () => 0.05, 0.5)).toEqual(few);
});

test('a balanced long task takes as long as the short ones on the other CPUs', () => {
  expect(longCpuTime(0.5, 39, 1, 4, 'balanced')).toBeCloseTo(6.5);
  expect(longCpuTime(0.5, 39, 1, 1, 'balanced')).toBeCloseTo(19.5);
  expect(longCpuTime(0.5, 39, 1, 4, 10)).toBe(5);
});
