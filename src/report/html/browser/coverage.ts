// SPDX-License-Identifier: Apache-2.0
import { firstNear, type Model, type RowIndex } from './model.ts';
import type { View } from './view.ts';

/** For each column of pixels the share of its time, 0 to 1. */
export interface Coverage {
  readonly long: Float32Array;
  readonly short: Float32Array;
  /** Of a task's row: ready to run and not on a CPU. */
  readonly waiting: Float32Array;
}

/**
 * How much of each column's time a row's slices take: what is narrower than a pixel counts for as
 * much as it is, and neighbours have no seam between them.
 */
export function coverageOf(
  model: Model,
  row: RowIndex,
  view: View,
  columns: number,
  only: number | null = null,
): Coverage {
  const { slices, tasks } = model;
  const coverage = {
    long: new Float32Array(columns),
    short: new Float32Array(columns),
    waiting: new Float32Array(columns),
  };
  const scale = columns / (view.to - view.from);
  for (let at = firstNear(slices, row, view.from); at < row.places.length; at++) {
    const place = row.places[at] as number;
    const start = slices.start[place] as number;
    if (start - row.longest > view.to) break;
    const task = slices.task[place] as number;
    if (only !== null && task !== only) continue;
    const from = (start - view.from) * scale;
    const wait = (slices.wait[place] as number) * scale;
    const to = ((slices.end[place] as number) - view.from) * scale;
    cover(coverage.waiting, from - wait, from);
    cover(tasks[task]?.class === 'long' ? coverage.long : coverage.short, from, to);
  }
  return coverage;
}

/** Adds the stretch between two places, in columns. */
export function cover(columns: Float32Array, from: number, to: number): void {
  const left = Math.max(0, from);
  const right = Math.min(columns.length, to);
  for (let column = Math.floor(left); column < right; column++) {
    const share = Math.min(right, column + 1) - Math.max(left, column);
    columns[column] = Math.min(1, (columns[column] as number) + share);
  }
}

export interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly share: number;
}

/** Shares that differ by less than 1 / STEPS look the same. */
const STEPS = 64;

/** Neighbouring columns with about the same share, as one stretch; none where there is nothing. */
export function stretches(columns: Float32Array): Stretch[] {
  const found: Stretch[] = [];
  const stepOf = (column: number) => Math.round(STEPS * (columns[column] as number));
  let from = 0;
  for (let column = 1; column <= columns.length; column++) {
    const step = stepOf(from);
    if (column < columns.length && stepOf(column) === step) continue;
    if (step > 0) found.push({ from, to: column, share: step / STEPS });
    from = column;
  }
  return found;
}
