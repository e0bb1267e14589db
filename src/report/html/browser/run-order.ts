// SPDX-License-Identifier: Apache-2.0
import type { RunLine } from '../report-data.ts';

export type SortKey =
  | 'run'
  | 'testId'
  | 'scheduler'
  | 'block'
  | 'makespan_s'
  | 'lower_bound_s'
  | 'ratio';

export interface Column {
  readonly key: SortKey | 'status' | 'trace';
  readonly name: string;
  readonly isNumber: boolean;
  readonly isSorted: boolean;
}

export const COLUMNS: readonly Column[] = [
  { key: 'run', name: 'Run', isNumber: true, isSorted: true },
  { key: 'testId', name: 'Case', isNumber: false, isSorted: true },
  { key: 'scheduler', name: 'Scheduler', isNumber: false, isSorted: true },
  { key: 'block', name: 'Block', isNumber: true, isSorted: true },
  { key: 'makespan_s', name: 'Makespan, s', isNumber: true, isSorted: true },
  { key: 'lower_bound_s', name: 'Bound, s', isNumber: true, isSorted: true },
  { key: 'ratio', name: 'Ratio', isNumber: true, isSorted: true },
  { key: 'status', name: 'Status and notes', isNumber: false, isSorted: true },
  { key: 'trace', name: 'Trace', isNumber: false, isSorted: false },
];

export interface Choice {
  readonly column: Column['key'];
  readonly descending: boolean;
  /** null: every case. */
  readonly testId: string | null;
  readonly which: 'all' | 'valid' | 'not_valid' | 'outliers';
}

export function isOutlier(run: RunLine): boolean {
  return run.outlier !== null;
}

/** The runs to show, in order; runs that are equal in the column keep theirs. */
export function chooseRuns(runs: readonly RunLine[], choice: Choice): RunLine[] {
  const { column, descending, testId, which } = choice;
  const chosen = runs.filter(
    (run) =>
      (testId === null || run.testId === testId) &&
      (which === 'all' ||
        (which === 'valid' && run.status === 'success') ||
        (which === 'not_valid' && run.status !== 'success') ||
        (which === 'outliers' && isOutlier(run))),
  );
  const sign = descending ? -1 : 1;
  return chosen.toSorted(
    (a, b) => sign * compare(a[column] ?? '', b[column] ?? '') || a.run - b.run,
  );
}

function compare(a: string | number, b: string | number): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return String(a).localeCompare(String(b));
}
