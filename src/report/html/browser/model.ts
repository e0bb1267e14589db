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
    wait: Float64Array.from(order, (place) => startOf(tasks, place)),
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
  const start = sums(trace.step);
  const slices: Slices = {
    task: Int32Array.from(trace.task, (task) => placeOf.get(trace.tasks[task] ?? '') ?? -1),
    cpu: Int32Array.from(trace.cpu),
    start,
    end: start.map((value, place) => value + (trace.length[place] as number) / 1e6),
    wait: Float64Array.from(trace.wait, (value) => value / 1e6),
    preempted: Uint8Array.from(trace.preempted),
  };
  const others: [number, number][][] = Array.from({ length: trace.cpus }, () => []);
  sums(trace.others.step).forEach((from, place) => {
    const to = from + (trace.others.length[place] as number) / 1e6;
    others[trace.others.cpu[place] as number]?.push([from, to]);
  });
  return {
    tasks,
    cpus: trace.cpus,
    slices,
    byCpu: rows(slices, 'cpu', trace.cpus),
    byTask: rows(slices, 'task', tasks.length),
    others,
  };
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

function sums(steps: readonly number[]): Float64Array {
  let total = 0;
  return Float64Array.from(steps, (step) => {
    total += step;
    return total / 1e6;
  });
}

function startOf(tasks: readonly TaskBar[], place: number): number {
  return (tasks[place] as TaskBar).start_s;
}
