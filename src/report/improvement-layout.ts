// SPDX-License-Identifier: Apache-2.0
import type { ExperimentRecord, Summary } from '../results/experiment-record.ts';
import { armColour } from './chart-style.ts';

/** A bar; `y` is its middle, in rows from the top. */
export interface Row {
  readonly summary: Summary;
  readonly y: number;
  readonly colour: string;
}

/** The bars of one case, with a heading in the row above them when there are several cases. */
export interface Group {
  readonly testId: string;
  readonly headed: boolean;
  /** The upper edge of its first bar. */
  readonly top: number;
  readonly rows: readonly Row[];
}

/** Fractions of the baseline's makespan. */
export interface Range {
  readonly min: number;
  readonly max: number;
}

/** An interval may reach far to the worse; what is beyond this is not worth the room. */
const WORST_SHOWN = -1;
/** To the left of the least bar, as a part of the range. */
const AIR = 0.03;

/** Where every bar of the improvement chart goes: one for each case and arm but the baseline. */
export function layOut({ summaries }: ExperimentRecord): Group[] {
  const compared = summaries.filter((summary) => !summary.baseline);
  const testIds = [...new Set(compared.map((summary) => summary.test_id))];
  const headed = testIds.length > 1;
  let bottom = 0;
  return testIds.map((testId) => {
    const top = bottom + (headed ? 1 : 0.4);
    const rows = compared
      .filter((summary) => summary.test_id === testId)
      .map((summary, place) => ({
        summary,
        y: top + place + 0.5,
        colour: armColour(place + 1),
      }));
    bottom = top + rows.length + (headed ? 0.3 : 0.15);
    return { testId, headed, top, rows };
  });
}

/** The height of the plot in rows. */
export function rowsHigh(groups: readonly Group[]): number {
  const last = groups.at(-1);
  return last ? last.top + last.rows.length + 0.3 : 1;
}

/** What the bars, their whiskers and the limits reach. */
export function rangeOf(groups: readonly Group[]): Range {
  const summaries = groups.flatMap((group) => group.rows.map((row) => row.summary));
  const bars = summaries.flatMap(({ improvement }) => improvement ?? []);
  const whiskers = summaries.flatMap(({ improvement_ci95: interval }) => interval ?? []);
  const limits = summaries.flatMap(({ expected_improvement: limit }) => limit ?? []);
  const min = Math.min(0, ...bars, ...whiskers.map((end) => Math.max(end, WORST_SHOWN)));
  const max = Math.max(0.05, ...bars, ...whiskers, ...limits);
  return { min: min < 0 ? min - AIR * (max - min) : 0, max };
}

/** Where the label of a bar begins: behind all that is drawn in its row. */
export function rowEnd({ improvement, improvement_ci95, expected_improvement }: Summary): number {
  return Math.max(0, improvement ?? 0, ...(improvement_ci95 ?? []), expected_improvement ?? 0);
}
