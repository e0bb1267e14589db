// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { shuffle } from 'simple-statistics';
import type { TestCase } from '../cases/case-file.ts';
import type { Sizes } from '../cases/work.ts';
import type { ListedTask } from '../results/experiment-record.ts';
import { boundedPareto } from '../stats/bounded-pareto.ts';
import { type Random, seededRandom } from '../stats/random.ts';
import type { PlannedCase, PlannedTask } from './protocol.ts';
import { taskId } from './task-id.ts';

type Described = Pick<TestCase, 'id' | 'groups' | 'work' | 'isMix'>;

/**
 * A case's tasks in the order in which they are forked. Whatever is drawn (sizes, the order of a
 * mix, instants of release) is so from seeds that belong to the case: the same in every run.
 * @param scale multiplies the time over which they are released
 */
export function listTasks(testCase: Described, scale: number): PlannedTask[] {
  const { id, groups, work, isMix } = testCase;
  const draw = work?.sizes ? sizeDraw(work.sizes) : () => 1;
  const tasks = groups.flatMap((group) =>
    Array.from({ length: group.count }, () => ({
      class: group.class,
      group: group.id,
      size: rounded(group.size * draw()),
    })),
  );
  const numbered = numberTasks(nameTheLargest(tasks, work?.sizes?.long_tasks));
  // In the order of the file all long ones of a mix would be the last, and known by that.
  const ordered = isMix ? shuffle(numbered, seededRandom(seedOf(`order of ${id}`))) : numbered;
  const releases = releaseTimes(
    ordered.length,
    (work?.released_over_s ?? 0) * scale,
    seededRandom(seedOf(`releases of ${id}`)),
  );
  return ordered.map((task, place) => ({ ...task, release_s: releases[place] as number }));
}

/** What the numbers of short and long tasks do not tell; undefined where they tell all. */
export function listedTasks({ tasks }: Pick<PlannedCase, 'tasks'>): ListedTask[] | undefined {
  const isTold = tasks.every(
    (task) => task.group === task.class && task.size === 1 && task.release_s === 0,
  );
  if (isTold) return undefined;
  return tasks.map(({ id, group, size, release_s }) => ({ id, group, size, release_s }));
}

type Unnumbered = Omit<PlannedTask, 'id' | 'release_s'>;

function sizeDraw({ shape, largest, seed }: Sizes): Random {
  const random = seededRandom(seed);
  return () => boundedPareto(random, shape, largest);
}

/** Where so many are to be long by their size, those are, and no others. */
function nameTheLargest(tasks: readonly Unnumbered[], count: number | undefined): Unnumbered[] {
  if (count === undefined) return [...tasks];
  const largest = new Set(tasks.toSorted((a, b) => b.size - a.size).slice(0, count));
  return tasks.map((task) => ({ ...task, class: largest.has(task) ? 'long' : 'short' }));
}

function numberTasks(tasks: readonly Unnumbered[]): Omit<PlannedTask, 'release_s'>[] {
  const numbers = { short: 0, long: 0 };
  return tasks.map((task) => {
    numbers[task.class]++;
    return { id: taskId(task.class, numbers[task.class]), ...task };
  });
}

/** Instants spread evenly over so many seconds, the first of them at 0. */
function releaseTimes(count: number, overS: number, random: Random): number[] {
  const drawn = Array.from({ length: count }, () => random() * overS);
  const first = Math.min(...drawn);
  return drawn.map((instant) => rounded(instant - first));
}

/** As it is stored: nobody wants to read 16 digits, and the plan should be what is done. */
function rounded(value: number): number {
  return Number(value.toPrecision(4));
}

function seedOf(text: string): number {
  return createHash('sha256').update(text).digest().readInt32LE();
}
