// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import type { PlannedTask } from './protocol.ts';
import { cpuTimesOf, shareWork } from './share-work.ts';

const group = (id: string, taskClass: 'short' | 'long') => ({ id, class: taskClass });
const task = (id: string, of: string, size = 1): PlannedTask => ({
  ...{ id, class: 'short', group: of, size, release_s: 0 },
});
const GROUPS = [group('a', 'short'), group('b', 'short'), group('l', 'long')];
const TASKS = [task('1', 'a'), task('2', 'l', 2), task('3', 'b', 5), task('4', 'a', 0.5)];

test('sizes multiply the CPU time of the class of the group', () => {
  const times = cpuTimesOf({ groups: GROUPS, tasks: TASKS }, { short_cpu_s: 2, skew: 10 }, 4);
  expect(times).toEqual([2, 40, 10, 1]);
});

test('a balanced long task takes what the short ones, as large as they are, leave of the CPUs', () => {
  const work = { short_cpu_s: 2, skew: 'balanced' } as const;
  const plain = { groups: GROUPS, tasks: [task('1', 'a'), task('2', 'l'), task('3', 'b', 5)] };
  // 12 s of short work on three CPUs.
  expect(cpuTimesOf(plain, work, 4)[1]).toBe(4);
});

test('each group has its own cost of a start and of a unit', () => {
  const costs = {
    a: { start_s: 0.5, unit_s: 0.1 },
    b: { start_s: 0, unit_s: 1 },
    l: { start_s: 1, unit_s: 0.01 },
  };
  const tasks = { groups: GROUPS, tasks: TASKS };
  const units = shareWork(tasks, { short_cpu_s: 2, skew: 10 }, costs, 4);
  expect(units).toEqual({ '1': 15, '2': 3900, '3': 10, '4': 5 });
});
