// SPDX-License-Identifier: Apache-2.0

import { mean, quantileSorted } from 'simple-statistics';
import type { ClassFigures, Summary } from '../../results/experiment-record.ts';
import type { StoredRun } from '../../results/read.ts';
import type { TaskRecord } from '../../results/run-record.ts';
import { jainIndex } from '../../stats/fairness.ts';
import type { TaskClass } from './report-data.ts';

/** A class's figures as stored; from the runs where the results are older than these figures. */
export function classFigures(
  summary: Summary | null,
  runs: readonly StoredRun[],
  taskClass: TaskClass,
): ClassFigures | null {
  const stored = summary?.[taskClass];
  if (stored !== undefined) return stored;
  const ofClass = (run: StoredRun) => run.tasks.filter((task) => task.class === taskClass);
  const tasks = runs.flatMap(ofClass);
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
    fairness: mean(runs.map((run) => jainIndex(ofClass(run).map(slowdown)))),
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

/** How much longer it took than alone on a CPU. */
function slowdown({ end_s, user_s, system_s }: TaskRecord): number {
  return end_s / Math.max(user_s + system_s, 1e-6);
}
