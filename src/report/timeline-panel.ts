// SPDX-License-Identifier: Apache-2.0
import { isCounted } from '../results/counted.ts';
import type { StoredExperiment, StoredRun } from '../results/read.ts';
import type { TaskRecord } from '../results/run-record.ts';
import { representativeRun } from './representative-run.ts';

/** One arm's part of the timeline. Row 0 is its first task; its texts are above, at rows < 0. */
export interface Panel {
  /** The name of its vertical scale. */
  readonly axis: string;
  readonly scheduler: string;
  readonly runs: number;
  readonly validRuns: number;
  /** The run shown; null when none is valid. */
  readonly run: StoredRun | null;
  readonly bars: readonly TaskBar[];
  /** Where the last bar ends. */
  readonly rows: number;
  readonly rowHeight: number;
}

export interface TaskBar {
  readonly task: TaskRecord;
  /** The bar's middle. */
  readonly y: number;
}

/** A long task's bar in rows of short ones. */
export const LONG_ROWS = 3;
/** The height of each of the two lines of text above the bars. */
export const TEXT_HEIGHT = 25;
/** Between a panel's last bar and the next panel's text. */
export const GAP_HEIGHT = 10;

/** The case's arms as the plan has them, the baseline first. */
export function armsOf({ experiment, runs }: StoredExperiment, testId: string): string[] {
  const { plan, summaries } = experiment;
  const named = [
    ...summaries.filter((summary) => summary.test_id === testId).map((arm) => arm.scheduler),
    ...plan.runs.filter((run) => run.test_id === testId).map((run) => run.scheduler),
    ...runs.filter((run) => run.test_id === testId).map((run) => run.scheduler.name),
  ];
  const first = named.includes(plan.baseline) ? [plan.baseline] : [];
  return [...new Set([...first, ...named])];
}

export function panelOf(
  { runs }: StoredExperiment,
  testId: string,
  scheduler: string,
  place: number,
  height: number,
): Panel {
  const ofArm = runs.filter((run) => run.test_id === testId && run.scheduler.name === scheduler);
  const run = representativeRun(ofArm);
  let rows = 0;
  const bars = orderTasks(run?.tasks ?? []).map((task) => {
    const thick = task.class === 'long' ? LONG_ROWS : 1;
    rows += thick;
    return { task, y: rows - thick / 2 };
  });
  return {
    axis: `y${place}`,
    scheduler,
    runs: ofArm.length,
    validRuns: ofArm.filter(isCounted).length,
    run,
    bars,
    rows,
    rowHeight: (height - 2 * TEXT_HEIGHT - GAP_HEIGHT) / Math.max(1, rows),
  };
}

/** The long tasks on top, then the short ones by their end: the outline is the schedule's. */
export function orderTasks(tasks: readonly TaskRecord[]): TaskRecord[] {
  const rank = (task: TaskRecord) => (task.class === 'long' ? 0 : 1);
  return tasks.toSorted(
    (a, b) =>
      rank(a) - rank(b) || a.end_s - b.end_s || a.start_s - b.start_s || a.id.localeCompare(b.id),
  );
}
