// SPDX-License-Identifier: Apache-2.0
import { mean, quantileSorted } from 'simple-statistics';
import type { ClassFigures, Summary } from '../../results/experiment-record.ts';
import type { RunRecord, TaskRecord } from '../../results/run-record.ts';
import type { TaskClass } from './report-data.ts';

/** A class's figures as stored; from the runs where the results are older than these figures. */
export function classFigures(
  summary: Summary | undefined,
  runs: readonly RunRecord[],
  taskClass: TaskClass,
): ClassFigures | null {
  const stored = summary?.[taskClass];
  if (stored !== undefined) return stored;
  const tasks = runs.flatMap((run) => run.tasks.filter((task) => task.class === taskClass));
  if (tasks.length === 0) return null;
  const ends = tasks.map((task) => task.end_s).toSorted((a, b) => a - b);
  const quantile = (share: number) => quantileSorted(ends, share);
  return {
    completion_s: {
      median: quantile(0.5),
      p95: quantile(0.95),
      p99: quantile(0.99),
      last: quantile(1),
    },
    wait_s: null,
    wait_histogram: null,
    fairness: jainsIndex(tasks.map(slowdown)),
    voluntary_switches: mean(tasks.map((task) => task.voluntary_switches)),
    involuntary_switches: mean(tasks.map((task) => task.involuntary_switches)),
    preemptions: null,
    migrations: null,
  };
}

/** At most `most` of ascending values, evenly, the last one always. */
export function thinOut(values: readonly number[], most: number): number[] {
  if (values.length <= most) return [...values];
  return Array.from(
    { length: most },
    (_, place) => values[Math.ceil(((place + 1) / most) * values.length) - 1] as number,
  );
}

function slowdown(task: TaskRecord): number {
  const cpu = task.user_s + task.system_s;
  return cpu > 0 ? task.end_s / cpu : 1;
}

/** (Σx)² / (n Σx²): 1 when all are equal. */
function jainsIndex(values: readonly number[]): number {
  const squares = values.reduce((sum, value) => sum + value ** 2, 0);
  return squares > 0 ? (values.length * mean([...values])) ** 2 / (values.length * squares) : 1;
}
