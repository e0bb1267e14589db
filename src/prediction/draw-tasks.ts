// SPDX-License-Identifier: Apache-2.0
import { LabError } from '../core/errors.ts';
import type { SimulatedTask } from '../simulation/simulate.ts';
import type { Random } from '../stats/random.ts';

export interface ClassCounts {
  readonly short: number;
  readonly long: number;
}

export function countClasses(tasks: readonly SimulatedTask[]): ClassCounts {
  const long = tasks.filter(({ isLong }) => isLong).length;
  return { short: tasks.length - long, long };
}

/**
 * So many tasks in the proportion of `measured`: the long ones rounded to the nearest whole number,
 * but of each class that was measured at least one; the others are short.
 * @throws LabError USAGE when there are fewer tasks than classes
 */
export function scaleCounts(total: number, measured: ClassCounts): ClassCounts {
  const least = { short: Math.min(1, measured.short), long: Math.min(1, measured.long) };
  if (total < least.short + least.long) {
    throw new LabError('USAGE', '--tasks must be at least 2: one short task and one long one.');
  }
  const share = (total * measured.long) / (measured.short + measured.long);
  const long = Math.min(Math.max(Math.round(share), least.long), total - least.short);
  return { short: total - long, long };
}

/** Tasks of these classes with sizes from `measured`, each drawn with replacement; in any order. */
export function drawTasks(
  measured: readonly SimulatedTask[],
  counts: ClassCounts,
  random: Random,
): SimulatedTask[] {
  const draw = (isLong: boolean, count: number) => {
    const pool = measured.filter((task) => task.isLong === isLong);
    return Array.from(
      { length: count },
      () => pool[Math.floor(random() * pool.length)] as SimulatedTask,
    );
  };
  return inAnyOrder([...draw(false, counts.short), ...draw(true, counts.long)], random);
}

/** The order in which tasks that are released at one instant begin is chance. */
export function inAnyOrder(tasks: readonly SimulatedTask[], random: Random): SimulatedTask[] {
  return tasks
    .map((task) => ({ task, key: random() }))
    .toSorted((a, b) => a.key - b.key)
    .map(({ task }) => task);
}
