// SPDX-License-Identifier: Apache-2.0
import { isCounted } from '../results/counted.ts';
import type { StoredRun } from '../results/read.ts';
import type { SimulatedTask } from '../simulation/simulate.ts';

/** The tasks of each run of a case under a scheduler that counts and has used CPU time. */
export function measuredTasks(
  runs: readonly StoredRun[],
  testId: string,
  scheduler: string,
): SimulatedTask[][] {
  return runs
    .filter((run) => isCounted(run) && run.lower_bound_s > 0)
    .filter((run) => run.test_id === testId && run.scheduler.name === scheduler)
    .map(tasksOf);
}

/** A run's tasks with the CPU time that they used, in the order in which they began. */
export function tasksOf({ tasks }: Pick<StoredRun, 'tasks'>): SimulatedTask[] {
  return tasks
    .toSorted((a, b) => a.start_s - b.start_s)
    .map((task) => ({
      cpuTimeNs: Math.round((task.user_s + task.system_s) * 1e9),
      isLong: task.class === 'long',
    }));
}
