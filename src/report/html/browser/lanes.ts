// SPDX-License-Identifier: Apache-2.0
import type { Model } from './model.ts';

/** A row of the timeline: a CPU or a task, by its place in the model. */
export interface Lane {
  readonly kind: 'cpu' | 'task';
  readonly place: number;
  readonly top: number;
  readonly height: number;
}

export interface Lanes {
  readonly list: readonly Lane[];
  /** Where the last one ends. */
  readonly bottom: number;
}

/** Room above the rows for what the upright lines say. */
export const HEAD = 20;
/** Room below them for the time axis. */
export const FOOT = 26;

const CPU_HEIGHT = 16;
const LONG_HEIGHT = 13;
const BETWEEN = 10;
/** The short tasks share this height when there are many. */
const MOST_FOR_SHORTS = 360;
const SHORT_HEIGHT = 6;

/** A row for each CPU, where they are known, then one for each task. */
export function layOutLanes({ tasks, cpus }: Model): Lanes {
  const list: Lane[] = [];
  let top = HEAD;
  const add = (kind: Lane['kind'], place: number, height: number, gap: number) => {
    list.push({ kind, place, top, height });
    top += height + gap;
  };
  for (let cpu = 0; cpu < cpus; cpu++) add('cpu', cpu, CPU_HEIGHT, 3);
  if (cpus > 0) top += BETWEEN;
  const shorts = tasks.filter((task) => task.class === 'short').length;
  const height = Math.min(SHORT_HEIGHT, MOST_FOR_SHORTS / Math.max(1, shorts));
  tasks.forEach((task, place) => {
    if (task.class === 'long') add('task', place, LONG_HEIGHT, 3);
    else add('task', place, 0.82 * height, 0.18 * height);
  });
  return { list, bottom: top };
}

/** The row under a height, or the nearest one within reach; its place in the list. */
export function laneAt({ list }: Lanes, y: number): number | null {
  const place = list.findIndex((lane) => y < lane.top + lane.height + 2);
  const lane = list[place];
  return lane && y >= lane.top - 4 ? place : null;
}
