// SPDX-License-Identifier: Apache-2.0
import { longCpuTime, unitsFor } from './calibrate.ts';
import type { Cost, Costs, PlannedGroup, PlannedTask, PlannedWork, Units } from './protocol.ts';

interface Tasks {
  readonly groups: readonly Pick<PlannedGroup, 'id' | 'class'>[];
  readonly tasks: readonly PlannedTask[];
}

/** How many units of work make each task as large as it is to be, by what its command costs. */
export function shareWork(tasks: Tasks, work: PlannedWork, costs: Costs, cpus: number): Units {
  const cpuTimes = cpuTimesOf(tasks, work, cpus);
  return Object.fromEntries(
    tasks.tasks.map(({ id, group }, place) => [
      id,
      unitsFor(cpuTimes[place] as number, costs[group] as Cost),
    ]),
  );
}

/** CPU seconds that each task is to take. */
export function cpuTimesOf({ groups, tasks }: Tasks, work: PlannedWork, cpus: number): number[] {
  const classOf = new Map(groups.map((group) => [group.id, group.class]));
  const ofClass = (wanted: string) => tasks.filter(({ group }) => classOf.get(group) === wanted);
  const shortSizes = ofClass('short').reduce((sum, { size }) => sum + size, 0);
  const longTasks = ofClass('long').length;
  const { short_cpu_s: shortCpuS, skew } = work;
  const longCpuS = longCpuTime(shortCpuS, shortSizes, longTasks, cpus, skew);
  return tasks.map(
    ({ group, size }) => size * (classOf.get(group) === 'long' ? longCpuS : shortCpuS),
  );
}
