// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import { sum } from 'simple-statistics';
import { expect, test } from 'vitest';
import { countsOf, readCaseFile, selectCases } from '../cases/case-file.ts';
import type { TaskGroup } from '../cases/task-groups.ts';
import { packageRoot } from '../core/paths.ts';
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

const file = await readCaseFile(join(packageRoot, 'test_cases_parallel.json'));
const [heavy, spread, neutral] = ['heavy_tail', 'heavy_tail_spread', 'neutral_mix'].map((id) => {
  const [testCase] = selectCases(file, [id]);
  if (!testCase) throw new Error(`no case ${id}`);
  return testCase;
}) as [(typeof file.cases)[number], (typeof file.cases)[number], (typeof file.cases)[number]];

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

test('in heavy_tail the ten largest of a hundred are long, and there is work for 7 s on 4 CPUs', () => {
  const tasks = listTasks(heavy, 1);
  expect(countsOf(heavy)).toEqual({ short: 90, long: 10 });
  const sizesOf = (wanted: string) =>
    tasks.filter((task) => task.class === wanted).map(({ size }) => size);
  expect(sizesOf('long')).toHaveLength(10);
  expect(Math.min(...sizesOf('long'))).toBeGreaterThan(Math.max(...sizesOf('short')));
  const cpuS = sum(tasks.map(({ size }) => size)) * (heavy.work?.short_cpu_s ?? 0);
  expect(cpuS).toBeGreaterThan(25);
  expect(cpuS).toBeLessThan(30);
  expect(tasks.every(({ release_s }) => release_s === 0)).toBe(true);
});

test('heavy_tail_spread has the same tasks, released over half of the ideal makespan', () => {
  const tasks = listTasks(spread, 1);
  const sizes = (list: typeof tasks) => list.map(({ size }) => size).toSorted((a, b) => a - b);
  expect(sizes(tasks)).toEqual(sizes(listTasks(heavy, 1)));
  const idealS = (sum(sizes(tasks)) * (spread.work?.short_cpu_s ?? 0)) / 4;
  const last = Math.max(...tasks.map(({ release_s }) => release_s));
  expect(last / idealS).toBeGreaterThan(0.45);
  expect(last / idealS).toBeLessThan(0.55);
});

test('in neutral_mix the long task is neither first nor last', () => {
  const place = listTasks(neutral, 1).findIndex((task) => task.class === 'long');
  expect(place).toBeGreaterThan(4);
  expect(place).toBeLessThan(35);
});
