// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { longCpuTime, unitsForCpuTime } from './calibrate.ts';

test.each([0.00001, 0.004, 3])('finds the units for 0.5 s when one takes %s s', async (perUnit) => {
  const found = await unitsForCpuTime(async (units) => 0.002 + units * perUnit, 0.5, 100);
  expect(found.units * perUnit).toBeGreaterThan(0.48);
  expect(found.cpuS).toBeGreaterThanOrEqual(0.5);
});

test('a trial that was disturbed does not make the work smaller', async () => {
  const disturbance = [0.4, 0];
  const found = await unitsForCpuTime(
    async (units) => units * 0.005 + (disturbance.shift() ?? 0),
    0.5,
    100,
  );
  expect(found.units).toBe(100);
});

test('work that does not depend on the units is an error', async () => {
  await expect(unitsForCpuTime(async () => 0.01, 0.5, 100)).rejects.toThrow(/\$WORK_UNITS/);
});

test('a balanced long task takes as long as the short ones on the other CPUs', () => {
  expect(longCpuTime(0.5, 39, 1, 4, 'balanced')).toBeCloseTo(6.5);
  expect(longCpuTime(0.5, 39, 1, 1, 'balanced')).toBeCloseTo(19.5);
  expect(longCpuTime(0.5, 39, 1, 4, 10)).toBe(5);
});
