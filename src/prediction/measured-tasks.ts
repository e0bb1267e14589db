// SPDX-License-Identifier: Apache-2.0
import { isCounted } from '../results/counted.ts';
import type { StoredRun } from '../results/read.ts';
import type { SimulatedTask } from '../simulation/simulate.ts';

/** Of a case under a scheduler, the runs that count, used CPU time and can be simulated. */
export function runsToSimulate(
  runs: readonly StoredRun[],
  testId: string,
  scheduler: string,
): StoredRun[] {
  return runs
    .filter((run) => isCounted(run) && run.lower_bound_s > 0 && isReleasedTogether(run))
    .filter((run) => run.test_id === testId && run.scheduler.name === scheduler);
}

/** False when the case releases its tasks one by one, which is not simulated. */
export function isReleasedTogether({ tasks }: Pick<StoredRun, 'tasks'>): boolean {
  return tasks.every(({ release_s = 0 }) => release_s === 0);
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
