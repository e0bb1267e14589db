// SPDX-License-Identifier: Apache-2.0
import type { TaskBar } from '../report-data.ts';
import type { Lane } from './lanes.ts';
import { firstNear, type Model, type RowIndex } from './model.ts';

/** What is under the pointer; a place in the slices, or null between them. */
export interface Found {
  readonly lane: Lane;
  /** A place in the tasks; null on an idle CPU. */
  readonly task: number | null;
  readonly slice: number | null;
  readonly time: number;
}

/** The slice of a row at a time, or the nearest one within `reach` seconds. */
export function findSlice(model: Model, lane: Lane, time: number, reach: number): Found {
  const row = rowOf(model, lane);
  const { slices } = model;
  let best: number | null = null;
  let distance = reach;
  for (let at = firstNear(slices, row, time - reach); at < row.places.length; at++) {
    const place = row.places[at] as number;
    const start = slices.start[place] as number;
    if (start > time + reach) break;
    const away = Math.max(0, start - time, time - (slices.end[place] as number));
    if (away < distance || (away === 0 && best === null)) {
      best = place;
      distance = away;
    }
  }
  const task = lane.kind === 'task' ? lane.place : best === null ? null : slices.task[best];
  return { lane, task: task ?? null, slice: best, time };
}

/** The next or the previous slice of a row, seen from `time`. */
export function neighbour(model: Model, lane: Lane, time: number, step: 1 | -1): number | null {
  const { places } = rowOf(model, lane);
  const { start } = model.slices;
  const list = step === 1 ? places : places.toReversed();
  const found = list.find((place) => step * ((start[place] as number) - time) > 1e-9);
  return found ?? null;
}

/** The slice in words, a line each: the first one names the task. */
export function describe(model: Model, found: Found, time: (value: number) => string): string[] {
  const { slices, tasks } = model;
  const { lane, slice } = found;
  const task = found.task === null ? undefined : tasks[found.task];
  if (!task)
    return [`CPU ${lane.place}`, othersAt(model, found) ? 'others than the tasks' : 'idle'];
  const title = `${task.id} (${task.class})`;
  if (slice === null)
    return [title, ...(model.cpus > 0 ? ['not on a CPU here'] : []), ...summary(task, time)];
  const start = slices.start[slice] as number;
  const end = slices.end[slice] as number;
  if (model.cpus === 0) return [title, `first ran ${time(start)}, ended ${time(end)}`, used(task)];
  const waited = `waited ${milliseconds(slices.wait[slice] as number)} before it`;
  const wanted = slices.preempted[slice] ? '; then wanted to go on' : '';
  return [
    title,
    `CPU ${slices.cpu[slice]}: ${time(start)} – ${time(end)} (${milliseconds(end - start)})`,
    `${waited}${wanted}`,
    ...summary(task, time),
  ];
}

function summary(task: TaskBar, time: (value: number) => string): string[] {
  return [`in all: first ran ${time(task.start_s)}, ended ${time(task.end_s)}`, used(task)];
}

function used(task: TaskBar): string {
  return `used ${task.cpu_s.toFixed(3)} s of CPU time, waited ${task.wait_s.toFixed(3)} s`;
}

function othersAt({ others }: Model, { lane, time }: Found): boolean {
  return others[lane.place]?.some(([from, to]) => from <= time && time < to) ?? false;
}

function milliseconds(value: number): string {
  return value >= 1 ? `${value.toFixed(3)} s` : `${(value * 1e3).toFixed(3)} ms`;
}

function rowOf(model: Model, lane: Lane): RowIndex {
  const rows = lane.kind === 'cpu' ? model.byCpu : model.byTask;
  return rows[lane.place] as RowIndex;
}
