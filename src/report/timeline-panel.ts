// SPDX-License-Identifier: Apache-2.0
import type { StoredRun } from '../results/read.ts';
import type { TaskRecord } from '../results/run-record.ts';
import type { Trace } from '../results/trace.ts';
import type { ArmView } from './case-view.ts';

/** One arm's part of the timeline. Row 0 is its first one; its texts are above, at rows < 0. */
export interface Panel {
  /** The name of its vertical scale. */
  readonly axis: string;
  readonly scheduler: string;
  readonly runs: number;
  readonly validRuns: number;
  /** The run shown; null when none is valid. */
  readonly run: StoredRun | null;
  readonly trace: Trace | null;
  /** Above the tasks; none without a trace. */
  readonly cpuRows: readonly { readonly top: number; readonly bottom: number }[];
  readonly bars: readonly TaskBar[];
  /** Where the tasks' rows begin, and where the last one ends. */
  readonly tasksTop: number;
  readonly rows: number;
  readonly rowHeight: number;
}

export interface TaskBar {
  readonly task: TaskRecord;
  /** The bar's middle. */
  readonly y: number;
  readonly height: number;
}

/** A long task's bar in rows of short ones. */
export const LONG_ROWS = 3;
/** The height of each of the two lines of text above the bars. */
export const TEXT_HEIGHT = 25;
/** Between a panel's last bar and the next panel's text. */
export const GAP_HEIGHT = 10;
/** A CPU's row, in rows of short tasks; more when there are many tasks, less when many CPUs. */
const CPU_ROWS = 3;
/** A CPU's row is as high as so many of the tasks' rows. */
const CPU_SHARE = 0.05;
const MOST_CPU_ROWS = 24;
/** Between the CPUs' rows and the tasks'. */
const CPU_GAP = 1.5;

export function panelOf(arm: ArmView, place: number, height: number): Panel {
  const { shown, trace } = arm;
  const cpus = trace?.cpus ?? 0;
  const tasks = orderTasks(shown?.tasks ?? []);
  const taskRows = tasks.reduce((sum, task) => sum + rowsOf(task), 0);
  const wanted = Math.max(CPU_ROWS, CPU_SHARE * taskRows);
  const cpuHeight = Math.min(wanted, MOST_CPU_ROWS / Math.max(1, cpus));
  const tasksTop = cpus > 0 ? cpus * cpuHeight + CPU_GAP : 0;
  let rows = tasksTop;
  const bars = tasks.map((task) => {
    const thick = rowsOf(task);
    rows += thick;
    return { task, y: rows - thick / 2, height: thick };
  });
  return {
    axis: `y${place}`,
    scheduler: arm.scheduler,
    runs: arm.runs.length,
    validRuns: arm.valid.length,
    run: shown,
    trace,
    cpuRows: Array.from({ length: cpus }, (_, cpu) => ({
      top: cpu * cpuHeight,
      bottom: (cpu + 1) * cpuHeight,
    })),
    bars,
    tasksTop,
    rows,
    rowHeight: (height - 2 * TEXT_HEIGHT - GAP_HEIGHT) / Math.max(1, rows),
  };
}

function rowsOf(task: TaskRecord): number {
  return task.class === 'long' ? LONG_ROWS : 1;
}

/** The long tasks on top, then the short ones by their end: the outline is the schedule's. */
export function orderTasks(tasks: readonly TaskRecord[]): TaskRecord[] {
  const rank = (task: TaskRecord) => (task.class === 'long' ? 0 : 1);
  return tasks.toSorted(
    (a, b) =>
      rank(a) - rank(b) || a.end_s - b.end_s || a.start_s - b.start_s || a.id.localeCompare(b.id),
  );
}
