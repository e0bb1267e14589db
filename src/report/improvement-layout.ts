// SPDX-License-Identifier: Apache-2.0
import type { Estimate, Summary } from '../results/experiment-record.ts';
import type { StoredExperiment } from '../results/read.ts';
import { armColour } from './chart-spec.ts';

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

/** `seconds`, or `bounds`: makespan / lower bound, where the cases' makespans are far apart. */
export type Unit = 'seconds' | 'bounds';

/** Cases whose makespans differ by more than this cannot be read on one scale. */
const WIDEST_SPREAD = 6;

/** Where every bar of the improvement chart goes. */
export function layOut({ experiment }: StoredExperiment): Group[] {
  const testIds = [...new Set(experiment.summaries.map((summary) => summary.test_id))];
  const headed = testIds.length > 1;
  let bottom = 0;
  return testIds.map((testId) => {
    const ofCase = experiment.summaries.filter((summary) => summary.test_id === testId);
    const baseline = ofCase.filter((summary) => summary.baseline);
    const arms = [...baseline, ...ofCase.filter((summary) => !summary.baseline)];
    const top = bottom + (headed ? 1 : 0.4);
    const rows = arms.map((summary, place) => ({
      summary,
      y: top + place + 0.5,
      colour: armColour(baseline.length > 0 ? place : place + 1),
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

export function chooseUnit(groups: readonly Group[]): Unit {
  const longest = groups.flatMap((group) => {
    const makespans = group.rows.flatMap(({ summary }) => summary.makespan_s?.median ?? []);
    return makespans.length > 0 ? [Math.max(...makespans)] : [];
  });
  if (longest.length === 0) return 'seconds';
  return Math.max(...longest) > WIDEST_SPREAD * Math.min(...longest) ? 'bounds' : 'seconds';
}

export function makespanIn(unit: Unit, summary: Summary): Estimate | null {
  return unit === 'seconds' ? summary.makespan_s : summary.makespan_ratio;
}

/** The arm's own bound: its runs decide how much CPU time the work took. */
export function boundIn(unit: Unit, summary: Summary): number | null {
  if (summary.lower_bound_s === null) return null;
  return unit === 'seconds' ? summary.lower_bound_s : 1;
}

/** Where a bar with its whisker ends; 0 if there is none. */
export function barEnd(unit: Unit, summary: Summary): number {
  const value = makespanIn(unit, summary);
  return value ? Math.max(value.median, ...value.ci95) : 0;
}
