// SPDX-License-Identifier: Apache-2.0
import type { TaskBar, TraceColumns } from '../report-data.ts';

/** Stretches of time in columns of one length, ordered by start; seconds since the release. */
export interface Slices {
  /** A place in the model's tasks. */
  readonly task: Int32Array;
  readonly cpu: Int32Array;
  readonly start: Float64Array;
  readonly end: Float64Array;
  /** How long it waited before it. */
  readonly wait: Float64Array;
  /** 1: it wanted to go on. */
  readonly preempted: Uint8Array;
}

const MICROSECONDS = 1e6;

/** The slices of a row, by their places, and the longest of them with its wait. */
export interface RowIndex {
  readonly places: Int32Array;
  readonly longest: number;
}

/** A run as the timeline draws it. */
export interface Model {
  readonly tasks: readonly TaskBar[];
  /** 0 where there is no trace: then each task is one slice, from its start to its end. */
  readonly cpus: number;
  readonly slices: Slices;
  readonly byCpu: readonly RowIndex[];
  readonly byTask: readonly RowIndex[];
  /** What others than the tasks ran, by CPU. */
  readonly others: readonly (readonly (readonly [start: number, end: number])[])[];
}

/** Without a trace: a bar for each task. */
export function modelOfBars(tasks: readonly TaskBar[]): Model {
  const order = tasks
    .map((_, place) => place)
    .sort((a, b) => startOf(tasks, a) - startOf(tasks, b));
  const slices: Slices = {
    task: Int32Array.from(order),
    cpu: new Int32Array(order.length).fill(-1),
    start: Float64Array.from(order, (place) => startOf(tasks, place)),
    end: Float64Array.from(order, (place) => (tasks[place] as TaskBar).end_s),
    wait: Float64Array.from(
      order,
      (place) => startOf(tasks, place) - ((tasks[place] as TaskBar).release_s ?? 0),
    ),
    preempted: new Uint8Array(order.length),
  };
  return {
    tasks,
    cpus: 0,
    slices,
    byCpu: [],
    byTask: rows(slices, 'task', tasks.length),
    others: [],
  };
}

export function modelOfTrace(tasks: readonly TaskBar[], trace: TraceColumns): Model {
  const placeOf = new Map(tasks.map((task, place) => [task.id, place]));
  const { start, end } = timesOf(trace.cpu, trace.idle, trace.length);
  const lastEnd = trace.tasks.map(() => 0);
  const wait = start.map((from, place) => {
    const task = trace.task[place] as number;
    const runnable = (lastEnd[task] ?? 0) + (trace.asleep[place] as number);
    lastEnd[task] = end[place] as number;
    return (from - runnable) / MICROSECONDS;
  });
  const slices: Slices = {
    task: Int32Array.from(trace.task, (task) => placeOf.get(trace.tasks[task] ?? '') ?? -1),
    cpu: Int32Array.from(trace.cpu),
    start: start.map((value) => value / MICROSECONDS),
    end: end.map((value) => value / MICROSECONDS),
    wait,
    preempted: Uint8Array.from(trace.preempted),
  };
  return {
    tasks,
    cpus: trace.cpus,
    slices,
    byCpu: rows(slices, 'cpu', trace.cpus),
    byTask: rows(slices, 'task', tasks.length),
    others: othersOf(trace),
  };
}

function othersOf({ cpus, others }: TraceColumns): [number, number][][] {
  const byCpu: [number, number][][] = Array.from({ length: cpus }, () => []);
  const { start, end } = timesOf(others.cpu, others.idle, others.length);
  start.forEach((from, place) => {
    const to = end[place] as number;
    byCpu[others.cpu[place] as number]?.push([from / MICROSECONDS, to / MICROSECONDS]);
  });
  return byCpu;
}

/** From differences to microseconds since the release. */
function timesOf(
  cpu: readonly number[],
  idle: readonly number[],
  length: readonly number[],
): { start: Float64Array; end: Float64Array } {
  const lastEnd: number[] = [];
  const start = new Float64Array(idle.length);
  const end = new Float64Array(idle.length);
  idle.forEach((since, place) => {
    const on = cpu[place] as number;
    start[place] = (lastEnd[on] ?? 0) + since;
    end[place] = (start[place] as number) + (length[place] as number);
    lastEnd[on] = end[place] as number;
  });
  return { start, end };
}

/** The first of a row's slices that may end at `time` or later. */
export function firstNear(slices: Slices, row: RowIndex, time: number): number {
  const earliest = time - row.longest;
  let low = 0;
  let high = row.places.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((slices.start[row.places[middle] as number] as number) < earliest) low = middle + 1;
    else high = middle;
  }
  return low;
}

function rows(slices: Slices, column: 'task' | 'cpu', count: number): RowIndex[] {
  const places: number[][] = Array.from({ length: count }, () => []);
  const longest = new Float64Array(count);
  slices[column].forEach((row, place) => {
    if (row < 0 || row >= count) return;
    places[row]?.push(place);
    const length =
      (slices.end[place] as number) -
      (slices.start[place] as number) +
      (slices.wait[place] as number);
    longest[row] = Math.max(longest[row] as number, length);
  });
  return places.map((list, row) => ({
    places: Int32Array.from(list),
    longest: longest[row] as number,
  }));
}

function startOf(tasks: readonly TaskBar[], place: number): number {
  return (tasks[place] as TaskBar).start_s;
}
