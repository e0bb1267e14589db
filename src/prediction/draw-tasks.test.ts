// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { LabError } from '../core/errors.ts';
import { seededRandom } from '../stats/random.ts';
import { countClasses, drawTasks, scaleCounts } from './draw-tasks.ts';

test.each([
  [1000, { short: 39, long: 1 }, { short: 975, long: 25 }],
  [40, { short: 39, long: 1 }, { short: 39, long: 1 }],
  // 1.5 long ones are 2, 1.475 are 1, 0.05 is 1 all the same.
  [60, { short: 39, long: 1 }, { short: 58, long: 2 }],
  [59, { short: 39, long: 1 }, { short: 58, long: 1 }],
  [2, { short: 39, long: 1 }, { short: 1, long: 1 }],
  [2, { short: 1, long: 39 }, { short: 1, long: 1 }],
  [7, { short: 39, long: 0 }, { short: 7, long: 0 }],
  [7, { short: 0, long: 3 }, { short: 0, long: 7 }],
  [1, { short: 39, long: 0 }, { short: 1, long: 0 }],
])('%i tasks as %j are %j', (total, measured, expected) => {
  expect(scaleCounts(total, measured)).toEqual(expected);
});

test('refuses fewer tasks than classes', () => {
  expect(() => scaleCounts(1, { short: 39, long: 1 })).toThrow(LabError);
});

const MEASURED = [
  { cpuTimeNs: 10, isLong: false },
  { cpuTimeNs: 11, isLong: false },
  { cpuTimeNs: 90, isLong: true },
  { cpuTimeNs: 91, isLong: true },
];

test('draws each class from the sizes of its own, all of them, in any order', () => {
  const tasks = drawTasks(MEASURED, { short: 60, long: 40 }, seededRandom(1));
  expect(countClasses(tasks)).toEqual({ short: 60, long: 40 });
  expect(new Set(tasks)).toEqual(new Set(MEASURED));
  expect(countClasses(tasks.slice(0, 50)).long).toBeGreaterThan(5);
});

test('draws the same for the same seed, and something else for another', () => {
  const draw = (seed: number) =>
    drawTasks(MEASURED, { short: 30, long: 10 }, seededRandom(seed)).map((task) => task.cpuTimeNs);
  expect(draw(1)).toEqual(draw(1));
  expect(draw(1)).not.toEqual(draw(2));
});
