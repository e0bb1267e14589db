// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { costsInCrowd, dealOut, longCpuTime, measureCosts, unitsFor } from './calibrate.ts';

/** The trial of a single command. */
const alone = (cpuS: (units: number) => number) => async (units: readonly number[]) =>
  units.map(cpuS);

async function measureCost(cpuS: (units: number) => number, targetCpuS: number) {
  const [cost] = await measureCosts(alone(cpuS), [targetCpuS]);
  if (!cost) throw new Error('no cost');
  return cost;
}

test.each([
  [0.00001, 0.13],
  [0.004, 0],
  [3, 0.1],
])('finds the sizes when a unit takes %s s and a start %s s', async (unitS, startS) => {
  const cost = await measureCost((units) => startS + units * unitS, 0.5);
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
  const cost = await measureCost((units) => units * 0.005 + (disturbance.shift() ?? 0), 0.5);
  expect(Math.abs(unitsFor(0.5, cost) - 100)).toBeLessThan(3);
});

test('work that does not depend on the units is an error', async () => {
  await expect(measureCost(() => 0.01, 0.5)).rejects.toThrow(/\$WORK_UNITS/);
});

test('in a crowd a start and a unit may cost more, and never less', async () => {
  const few = { start_s: 0.1, unit_s: 0.004 };
  const [dearer = few] = await costsInCrowd(
    [few],
    alone((units) => 0.3 + units * 0.005),
    [0.5],
  );
  expect(dearer.start_s).toBeCloseTo(0.3, 9);
  expect(dearer.unit_s).toBeCloseTo(0.005, 9);
  expect(unitsFor(0.5, dearer)).toBe(40);
  const cheaper = alone(() => 0.05);
  expect(await costsInCrowd([few], cheaper, [0.5])).toEqual([few]);
});

test('in a crowd a unit has a cost although the start alone is more than what is wanted', async () => {
  const few = { start_s: 0.3, unit_s: 0.004 };
  // A start is 20 ms longer or shorter each time.
  let late = -0.02;
  const crowd = alone((units) => {
    late = -late;
    return 0.3 - late + units * 0.004;
  });
  const [cost] = await costsInCrowd([few], crowd, [0.2]);
  expect(cost?.unit_s).toBeLessThan(0.006);
});

test('several commands are measured in the same trials, each with its own cost', async () => {
  const commands = [
    { startS: 0.1, unitS: 0.00002 },
    { startS: 0.01, unitS: 0.3 },
    { startS: 0.4, unitS: 0.002 },
  ];
  let trials = 0;
  const costs = await measureCosts(
    async (units) => {
      trials++;
      return commands.map(({ startS, unitS }, i) => startS + unitS * (units[i] as number));
    },
    [0.5, 0.6, 1],
  );
  for (const [place, { unitS }] of commands.entries()) {
    expect((costs[place]?.unit_s ?? 0) / unitS).toBeGreaterThan(0.97);
    expect((costs[place]?.unit_s ?? 0) / unitS).toBeLessThan(1.001);
  }
  // Not many more than the one that needs most takes alone.
  expect(trials).toBeLessThan(12);
});

test.each([
  [[Infinity], 4, [4]],
  [[39], 40, [39]],
  [[5, 1, 2], 6, [3, 1, 2]],
  [[5, 1, 2], 40, [5, 1, 2]],
  [[5, 5, 5], 2, [1, 1, 1]],
])('groups of at most %j get their share of %i', (limits, most, dealt) => {
  expect(dealOut(limits, most)).toEqual(dealt);
});

test('a balanced long task takes as long as the short ones on the other CPUs', () => {
  expect(longCpuTime(0.5, 39, 1, 4, 'balanced')).toBeCloseTo(6.5);
  expect(longCpuTime(0.5, 39, 1, 1, 'balanced')).toBeCloseTo(19.5);
  expect(longCpuTime(0.5, 39, 1, 4, 10)).toBe(5);
});
