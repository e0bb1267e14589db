// SPDX-License-Identifier: Apache-2.0
import type { Observation } from '../results/run-record.ts';
import type { Trace } from '../results/trace.ts';

/** A task of a simulated schedule; times in seconds since the release. */
export interface SimulatedTask {
  readonly id: string;
  readonly class: 'short' | 'long';
  readonly cpuS: number;
}

export interface Slice {
  readonly task: number;
  readonly cpu: number;
  readonly runnableS: number;
  readonly startS: number;
  readonly endS: number;
  readonly preempted: boolean;
}

export interface Schedule {
  readonly tasks: readonly SimulatedTask[];
  readonly cpus: number;
  /** By start. */
  readonly slices: readonly Slice[];
  readonly others: readonly {
    readonly cpu: number;
    readonly startS: number;
    readonly endS: number;
  }[];
}

const FAIR_SLICE_S = 0.004;
const LONG_FIRST_SLICE_S = 0.02;
const OTHERS_S = 0.0006;

/**
 * What a scheduler would do with tasks released at 0.
 * @param goodness below 0.5: fair sharing, in which a long task has 1 + 2 × goodness shares; else
 *   the long tasks first and the short ones one after the other
 */
export function simulate(
  tasks: readonly SimulatedTask[],
  cpus: number,
  goodness: number,
  random: () => number,
): Schedule {
  const isFair = goodness < 0.5;
  const state = tasks.map((task, place) => ({
    place,
    left: task.cpuS,
    rank: isFair || task.class === 'long' ? 0 : 1 + place,
    weight: isFair && task.class === 'long' ? Math.max(0.2, 1 + 2 * goodness) : 1,
    freeAt: 0,
  }));
  const slices: Slice[] = [];
  const others: { cpu: number; startS: number; endS: number }[] = [];
  const cpuFreeAt = new Array<number>(cpus).fill(0);
  for (let unfinished = state; unfinished.length > 0; ) {
    const now = Math.min(...cpuFreeAt);
    const cpu = cpuFreeAt.indexOf(now);
    const ready = unfinished.filter((task) => task.freeAt <= now);
    if (ready.length === 0) {
      cpuFreeAt[cpu] = Math.min(...unfinished.map((task) => task.freeAt));
      continue;
    }
    let start = now;
    if (random() < 0.02) {
      start += OTHERS_S;
      others.push({ cpu, startS: now, endS: start });
    }
    const next = ready.reduce((best, task) => (task.rank < best.rank ? task : best));
    const slice = isFair ? FAIR_SLICE_S * (0.7 + 0.6 * random()) : LONG_FIRST_SLICE_S;
    const end = start + Math.min(slice, next.left);
    const runnableS = next.freeAt;
    next.left -= end - start;
    if (next.left < 1e-9) next.left = 0;
    if (isFair) next.rank += (end - start) / next.weight;
    const sleeps = next.left > 0 && random() < 0.01;
    next.freeAt = sleeps ? end + 0.002 : end;
    cpuFreeAt[cpu] = end;
    const preempted = next.left > 0 && !sleeps;
    slices.push({ task: next.place, cpu, runnableS, startS: start, endS: end, preempted });
    if (next.left === 0) unfinished = unfinished.filter((task) => task !== next);
  }
  return { tasks, cpus, slices: slices.toSorted((a, b) => a.startS - b.startS), others };
}

/** The same schedule on a machine that is slower by `factor`. */
export function traceOf(
  { tasks, cpus, slices, others }: Schedule,
  index: number,
  factor: number,
): Trace {
  const us = (seconds: number) => Math.round(seconds * factor * 1e6);
  return {
    schema: 'schedlab.trace/1',
    run_index: index,
    cpus,
    tasks: tasks.map((task) => task.id),
    slices: {
      task: slices.map((slice) => slice.task),
      cpu: slices.map((slice) => slice.cpu),
      runnable_us: slices.map((slice) => us(slice.runnableS)),
      start_us: slices.map((slice) => us(slice.startS)),
      end_us: slices.map((slice) => us(slice.endS)),
      preempted: slices.map((slice) => (slice.preempted ? 1 : 0)),
    },
    others: {
      cpu: others.map((other) => other.cpu),
      start_us: others.map((other) => us(other.startS)),
      end_us: others.map((other) => us(other.endS)),
    },
  };
}

export function observationOf(schedule: Schedule, factor: number): Observation {
  const { tasks, cpus, slices, others } = schedule;
  const waits = { short: [] as number[], long: [] as number[] };
  const busy = new Array<number>(cpus).fill(0);
  const othersBusy = new Array<number>(cpus).fill(0);
  const lastCpu = new Map<number, number>();
  const figures = tasks.map(({ id }) => ({
    id,
    cpu_s: 0,
    wait_s: 0,
    slices: 0,
    preemptions: 0,
    migrations: 0,
  }));
  for (const { task, cpu, runnableS, startS, endS, preempted } of slices) {
    const figure = figures[task] as (typeof figures)[number];
    figure.cpu_s += (endS - startS) * factor;
    figure.wait_s += (startS - runnableS) * factor;
    figure.slices++;
    if (preempted) figure.preemptions++;
    if ((lastCpu.get(task) ?? cpu) !== cpu) figure.migrations++;
    lastCpu.set(task, cpu);
    busy[cpu] = (busy[cpu] as number) + (endS - startS) * factor;
    const bucket = Math.ceil(Math.log2(1 + Math.max(0, startS - runnableS) * factor * 1e6));
    const histogram = waits[(tasks[task] as SimulatedTask).class];
    while (histogram.length <= bucket) histogram.push(0);
    histogram[bucket] = (histogram[bucket] as number) + 1;
  }
  for (const { cpu, startS, endS } of others) {
    othersBusy[cpu] = (othersBusy[cpu] as number) + (endS - startS) * factor;
  }
  const makespan = Math.max(...slices.map((slice) => slice.endS)) * factor;
  return {
    tasks: figures,
    cpu_tasks_s: busy,
    cpu_others_s: othersBusy,
    cpu_idle_s: busy.map((used, cpu) => Math.max(0, makespan - used - (othersBusy[cpu] as number))),
    idle_while_waiting_s: 0.01,
    wait_histogram_short: waits.short,
    wait_histogram_long: waits.long,
    lost_events: 0,
    cost_s: 0.002,
  };
}
