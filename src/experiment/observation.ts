// SPDX-License-Identifier: Apache-2.0
import type { Observation, TaskRecord } from '../results/run-record.ts';
import type { Stretch } from './stretches.ts';
import { type Change, sweep } from './sweep.ts';

/** Adds up what was seen of a run, but for what it cost and what was lost. */
export function summariseStretches(
  stretches: readonly Stretch[],
  tasks: readonly Pick<TaskRecord, 'id' | 'class'>[],
  cpus: number,
  windowNs: number,
): Omit<Observation, 'lost_events' | 'cost_s'> {
  const ofTasks = tasks.map(({ id }, task) => ({
    id,
    ...taskFigures(stretches.filter((stretch) => stretch.task === task)),
  }));
  const onCpus = Array.from({ length: cpus }, (_, cpu) => {
    const here = stretches.filter((stretch) => stretch.cpu === cpu);
    const tasksNs = ranNs(here.filter(({ task }) => task !== null));
    const othersNs = ranNs(here.filter(({ task }) => task === null));
    return { tasksNs, othersNs, idleNs: Math.max(0, windowNs - tasksNs - othersNs) };
  });
  const waitsOf = (taskClass: TaskRecord['class']) =>
    stretches
      .filter(({ task }) => task !== null && tasks[task]?.class === taskClass)
      .map(({ runnableNs, startNs }) => startNs - runnableNs);
  return {
    tasks: ofTasks,
    cpu_tasks_s: onCpus.map(({ tasksNs }) => tasksNs / 1e9),
    cpu_others_s: onCpus.map(({ othersNs }) => othersNs / 1e9),
    cpu_idle_s: onCpus.map(({ idleNs }) => idleNs / 1e9),
    idle_while_waiting_s: idleWhileWaitingNs(stretches, cpus) / 1e9,
    wait_histogram_short: histogram(waitsOf('short')),
    wait_histogram_long: histogram(waitsOf('long')),
  };
}

function taskFigures(own: readonly Stretch[]) {
  const waitNs = own.reduce((sum, { runnableNs, startNs }) => sum + startNs - runnableNs, 0);
  return {
    cpu_s: ranNs(own) / 1e9,
    wait_s: waitNs / 1e9,
    slices: own.length,
    preemptions: own.filter(({ preempted }) => preempted).length,
    migrations: own.filter(({ migrated }) => migrated).length,
  };
}

function ranNs(stretches: readonly Stretch[]): number {
  return stretches.reduce((sum, { startNs, endNs }) => sum + endNs - startNs, 0);
}

/** The integral of min(CPUs that idle, threads of tasks that wait). */
function idleWhileWaitingNs(stretches: readonly Stretch[], cpus: number): number {
  return sweep(stretches.flatMap(changesOf), (busy, waiting) =>
    Math.min(Math.max(0, cpus - busy), waiting),
  );
}

/** When a stretch's thread waits and runs; others are not known to wait. */
export function changesOf({ task, runnableNs, startNs, endNs }: Stretch): Change[] {
  const ran = [
    { atNs: startNs, running: 1 },
    { atNs: endNs, running: -1 },
  ];
  if (task === null || runnableNs === startNs) return ran;
  return [{ atNs: runnableNs, waiting: 1 }, { atNs: startNs, waiting: -1 }, ...ran];
}

/** Element i counts what is below 2^i microseconds and in no element before it. */
function histogram(waitsNs: readonly number[]): number[] {
  const counts: number[] = [];
  for (const ns of waitsNs) {
    const place = ns < 1000 ? 0 : Math.floor(Math.log2(ns / 1000)) + 1;
    while (counts.length <= place) counts.push(0);
    counts[place] = (counts[place] as number) + 1;
  }
  return counts;
}
