// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { fromStoredUnits, toStoredUnits } from './stored-units.ts';

const TASKS = [
  { id: 'short-01', class: 'short' },
  { id: 'short-02', class: 'short' },
  { id: 'long-01', class: 'long' },
] as const;
const SIZES = { test_id: 'x', short_cpu_s: 1 };

test.each([
  [
    { 'short-01': 3, 'short-02': 3, 'long-01': 9 },
    { short_units: 3, long_units: 9 },
  ],
  [
    { 'short-01': 3, 'short-02': 4, 'long-01': 9 },
    { task_units: { 'short-01': 3, 'short-02': 4, 'long-01': 9 } },
  ],
])('%j are stored as %j and read back', (units, stored) => {
  expect(toStoredUnits(TASKS, units)).toEqual(stored);
  expect(fromStoredUnits(TASKS, { ...SIZES, ...stored })).toEqual(units);
});

test('a class without tasks has no number of its own', () => {
  const shorts = TASKS.slice(0, 2);
  const units = { 'short-01': 3, 'short-02': 3 };
  expect(toStoredUnits(shorts, units)).toEqual({ task_units: units });
});

test('sizes that leave a task out are refused', () => {
  const stored = { ...SIZES, task_units: { 'short-01': 3, 'short-02': 3 } };
  expect(() => fromStoredUnits(TASKS, stored)).toThrow(/how much work long-01 gets/);
});
