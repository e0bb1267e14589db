// SPDX-License-Identifier: Apache-2.0
import { sum } from 'simple-statistics';
import { expect, test } from 'vitest';
import type { TaskGroup } from '../cases/task-groups.ts';
import { listedTasks, listTasks } from './task-list.ts';

const group = (id: string, taskClass: 'short' | 'long', count: number, size = 1): TaskGroup => ({
  ...{ id, class: taskClass, count, size },
  ...{ setup: [], commands: [] },
});
const TWO = [group('short', 'short', 39), group('long', 'long', 1)];
const MIX = [group('a', 'short', 10), group('b', 'long', 5, 3), group('c', 'short', 10, 0.5)];
const SIZES = { distribution: 'pareto', shape: 1.1, largest: 50, seed: 7 } as const;

const plain = { id: 'plain', groups: TWO, isMix: false };
const mixed = { id: 'mixed', groups: MIX, isMix: true };

test('two groups are in the order of the file, and their numbers tell all', () => {
  const tasks = listTasks(plain, 0.5);
  expect(tasks.map(({ id }) => id).slice(0, 2)).toEqual(['short-01', 'short-02']);
  expect(tasks.at(-1)).toEqual({
    ...{ id: 'long-01', class: 'long', group: 'long' },
    ...{ size: 1, release_s: 0 },
  });
  expect(listedTasks({ tasks })).toBeUndefined();
});

test('a mix is shuffled, the same in every run, and its ids follow the file', () => {
  const tasks = listTasks(mixed, 1);
  expect(listTasks(mixed, 1)).toEqual(tasks);
  expect(listTasks({ ...mixed, id: 'other' }, 1)).not.toEqual(tasks);
  const longs = tasks.flatMap((task, place) => (task.class === 'long' ? [place] : []));
  // Neither a block of all longs nor at an end.
  expect((longs.at(-1) as number) - (longs[0] as number)).toBeGreaterThan(longs.length - 1);
  const byId = tasks.toSorted((a, b) => a.id.localeCompare(b.id));
  expect(byId.map((task) => task.group).join('')).toBe(`bbbbb${'a'.repeat(10)}${'c'.repeat(10)}`);
  expect(byId.map((task) => task.size)).toEqual([
    ...Array.from({ length: 5 }, () => 3),
    ...Array.from({ length: 10 }, () => 1),
    ...Array.from({ length: 10 }, () => 0.5),
  ]);
  expect(listedTasks({ tasks })).toHaveLength(25);
});

test('drawn sizes multiply those of the groups and depend on the seed alone', () => {
  const work = { short_cpu_s: 1, sizes: SIZES };
  const sizes = listTasks({ ...plain, work }, 1).map(({ size }) => size);
  expect(new Set(sizes).size).toBeGreaterThan(35);
  expect(listTasks({ ...plain, id: 'other', work }, 3).map(({ size }) => size)).toEqual(sizes);
  const larger = TWO.map((two) => ({ ...two, size: 4 }));
  const four = listTasks({ ...plain, groups: larger, work }, 1).map(({ size }) => size);
  expect(sum(four) / sum(sizes)).toBeCloseTo(4, 2);
  const seeded = { ...work, sizes: { ...SIZES, seed: 8 } };
  expect(listTasks({ ...plain, work: seeded }, 1).map(({ size }) => size)).not.toEqual(sizes);
});

test('tasks are released over the time that is given, times the scale, the first at once', () => {
  const work = { short_cpu_s: 1, released_over_s: 8 };
  const instants = listTasks({ ...plain, work }, 0.5).map(({ release_s }) => release_s);
  expect(Math.min(...instants)).toBe(0);
  expect(Math.max(...instants)).toBeLessThanOrEqual(4);
  expect(Math.max(...instants)).toBeGreaterThan(3);
  expect(listTasks({ ...plain, work }, 0.5).map(({ id }) => id)).toEqual(
    listTasks(plain, 0.5).map(({ id }) => id),
  );
});
