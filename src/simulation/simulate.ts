// SPDX-License-Identifier: Apache-2.0
import TinyQueue from 'tinyqueue';

/** A task that only computes: released at 0 with all others, it never sleeps. */
export interface SimulatedTask {
  /** A whole number, so that nothing is lost when it is used up turn by turn. */
  readonly cpuTimeNs: number;
  readonly isLong: boolean;
}

/** A task in the course of a simulation. */
export interface PendingTask {
  /** Its place in the list of tasks. */
  readonly place: number;
  readonly isLong: boolean;
  remainingNs: number;
}

/** Who runs next, and for how long. It owns the tasks that wait. */
export interface Discipline {
  readonly waiting: number;
  /** The task waits: it is released, or has made room. `cpu` is where it was or where it is put. */
  put(task: PendingTask, cpu: number): void;
  /** What runs next on the CPU; undefined only when nothing waits. */
  take(cpu: number): PendingTask | undefined;
  /** How long the task runs before `makesRoom` is asked; Infinity is until its end. */
  turnNs(task: PendingTask): number;
  /** Whether the task, whose turn has ended, has to wait again. */
  makesRoom(task: PendingTask, cpu: number): boolean;
}

/** One task on one CPU from `startNs` to `endNs`. */
export interface Stretch {
  readonly cpu: number;
  readonly task: number;
  readonly startNs: number;
  readonly endNs: number;
}

/**
 * Runs the tasks on identical CPUs; switching costs nothing, and no CPU idles while a task waits.
 * @param onStretch is told of each turn, as it ends
 * @returns the makespan in nanoseconds
 */
export function simulate(
  tasks: readonly SimulatedTask[],
  cpus: number,
  discipline: Discipline,
  onStretch?: (stretch: Stretch) => void,
): number {
  for (const [place, { cpuTimeNs, isLong }] of tasks.entries()) {
    discipline.put({ place, isLong, remainingNs: cpuTimeNs }, place % cpus);
  }
  const turns = new TinyQueue<Turn>([], (a, b) => a.endNs - b.endNs || a.cpu - b.cpu);
  const begin = (task: PendingTask | undefined, cpu: number, nowNs: number) => {
    if (!task) return;
    // Once nothing waits, nothing ever will: all were released at 0.
    const most = discipline.waiting > 0 ? discipline.turnNs(task) : Number.POSITIVE_INFINITY;
    turns.push({ task, cpu, startNs: nowNs, endNs: nowNs + Math.min(most, task.remainingNs) });
  };
  for (let cpu = 0; cpu < cpus; cpu++) begin(discipline.take(cpu), cpu, 0);
  let nowNs = 0;
  for (let turn = turns.pop(); turn; turn = turns.pop()) {
    const { task, cpu, startNs, endNs } = turn;
    onStretch?.({ cpu, task: task.place, startNs, endNs });
    nowNs = endNs;
    task.remainingNs -= endNs - startNs;
    const goesOn = task.remainingNs > 0 && !discipline.makesRoom(task, cpu);
    if (task.remainingNs > 0 && !goesOn) discipline.put(task, cpu);
    begin(goesOn ? task : discipline.take(cpu), cpu, nowNs);
  }
  return nowNs;
}

interface Turn {
  readonly task: PendingTask;
  readonly cpu: number;
  readonly startNs: number;
  readonly endNs: number;
}
