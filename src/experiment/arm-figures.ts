// SPDX-License-Identifier: Apache-2.0
import { mean, median, quantile, standardDeviation } from 'simple-statistics';
import type { ClassFigures, CpuUse, Summary } from '../results/experiment-record.ts';
import type { StoredRun } from '../results/read.ts';
import type { Gap, Observation, TaskRecord } from '../results/run-record.ts';
import { jainIndex } from '../stats/fairness.ts';

type Runs = readonly StoredRun[];

/** What happened inside an arm's valid runs; null for what none of them tells. */
export function armFigures(
  runs: Runs,
): Pick<Summary, 'short' | 'long' | 'cpu_use' | 'gap' | 'scheduler_events'> {
  const observations = runs.flatMap(({ observation }) => observation ?? []);
  const events = sumEvents(runs);
  return {
    short: classFigures(runs, 'short'),
    long: classFigures(runs, 'long'),
    cpu_use: observations.length > 0 ? cpuUse(observations) : null,
    gap: medianGap(runs.flatMap(({ gap }) => gap ?? [])),
    ...(Object.keys(events).length > 0 ? { scheduler_events: events } : {}),
  };
}

function classFigures(runs: Runs, taskClass: TaskRecord['class']): ClassFigures | null {
  const ofClass = (run: StoredRun) => run.tasks.filter((task) => task.class === taskClass);
  const tasks = runs.flatMap(ofClass);
  if (tasks.length === 0) return null;
  const observed = runs.flatMap((run) => {
    const ids = new Set(ofClass(run).map(({ id }) => id));
    return run.observation?.tasks.filter(({ id }) => ids.has(id)) ?? [];
  });
  const meanObserved = (of: (task: (typeof observed)[number]) => number) =>
    observed.length > 0 ? mean(observed.map(of)) : null;
  const histograms = runs.flatMap(({ observation }) => observation ?? []);
  return {
    completion_s: quantiles(tasks.map(({ end_s }) => end_s)),
    wait_s: observed.length > 0 ? quantiles(observed.map(({ wait_s }) => wait_s)) : null,
    wait_histogram:
      histograms.length > 0
        ? sumColumns(histograms.map((observation) => observation[`wait_histogram_${taskClass}`]))
        : null,
    fairness: mean(runs.map((run) => jainIndex(ofClass(run).map(slowdown)))),
    voluntary_switches: mean(tasks.map((task) => task.voluntary_switches)),
    involuntary_switches: mean(tasks.map((task) => task.involuntary_switches)),
    preemptions: meanObserved(({ preemptions }) => preemptions),
    migrations: meanObserved(({ migrations }) => migrations),
  };
}

/** How much longer it took, from its release on, than alone on a CPU. */
function slowdown({ release_s = 0, end_s, user_s, system_s }: TaskRecord): number {
  return (end_s - release_s) / Math.max(user_s + system_s, 1e-6);
}

function quantiles(values: number[]) {
  const [p50, p95, p99, last] = quantile(values, [0.5, 0.95, 0.99, 1]) as [
    number,
    number,
    number,
    number,
  ];
  return { median: p50, p95, p99, last };
}

function cpuUse(observations: readonly Observation[]): CpuUse {
  const busy = observations.map(({ cpu_tasks_s }) => cpu_tasks_s);
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  return {
    idle_while_waiting_s: median(observations.map((seen) => seen.idle_while_waiting_s)),
    busiest_share: median(busy.map((cpus) => Math.max(...cpus) / Math.max(sum(cpus), 1e-9))),
    variation: median(busy.map((cpus) => standardDeviation(cpus) / Math.max(mean(cpus), 1e-9))),
  };
}

function medianGap(gaps: readonly Gap[]): Gap | null {
  if (gaps.length === 0) return null;
  const of = (part: keyof Gap) => median(gaps.map((gap) => gap[part]));
  return {
    late_start_s: of('late_start_s'),
    long_wait_s: of('long_wait_s'),
    idle_while_waiting_s: of('idle_while_waiting_s'),
    rest_s: of('rest_s'),
  };
}

function sumEvents(runs: Runs): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const { scheduler_events } of runs) {
    for (const [name, value] of Object.entries(scheduler_events ?? {})) {
      sums[name] = (sums[name] ?? 0) + value;
    }
  }
  return sums;
}

/** Element by element; a shorter list counts as if it went on with zeros. */
function sumColumns(rows: readonly (readonly number[])[]): number[] {
  const width = Math.max(0, ...rows.map((row) => row.length));
  return Array.from({ length: width }, (_, column) =>
    rows.reduce((total, row) => total + (row[column] ?? 0), 0),
  );
}
