// SPDX-License-Identifier: Apache-2.0
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ClassFigures, Summary } from '../../results/experiment-record.ts';
import { readStoredExperiment, type StoredExperiment, type StoredRun } from '../../results/read.ts';
import type { Gap, Observation, TaskRecord } from '../../results/run-record.ts';
import { type Trace, traceFile, writeTrace } from '../../results/trace.ts';
import { comparePaired } from '../../stats/compare.ts';
import { estimate } from '../../stats/estimate.ts';
import { arrange } from '../case-view.ts';
import { classFigures } from './class-figures.ts';
import type { TaskClass } from './report-data.ts';

const CPUS = 4;

export interface TracePlan {
  /** How long a task runs before the next one gets the CPU, microseconds. */
  readonly sliceUs: number;
  /** Runs with a trace file; all if absent. */
  readonly traced?: (run: StoredRun) => boolean;
}

/**
 * Gives a stored experiment what the observer adds: traces, observations, gaps, and the summaries'
 * figures of them. Each run's tasks are scheduled anew: in turns by the baseline, the long ones
 * first by the others.
 */
export async function addTraces(
  { folder, experiment, runs }: StoredExperiment,
  plan: TracePlan,
): Promise<StoredExperiment> {
  await mkdir(join(folder, 'traces'), { recursive: true });
  const traced: StoredRun[] = [];
  for (const run of runs) {
    const isFair = run.scheduler.name === experiment.plan.baseline;
    const trace = schedule(run, isFair, plan.sliceUs);
    const isStored = plan.traced?.(run) ?? true;
    if (isStored) await writeTrace(folder, trace);
    traced.push(observed(run, trace, isStored));
  }
  const summaries = experiment.summaries.map((summary) =>
    summaryWith(summary, { folder, experiment, runs: traced }),
  );
  const [first] = summaries.filter((summary) => !summary.baseline);
  if (first) {
    const last = traced.findLast((run) => run.scheduler.name === first.scheduler);
    first.outliers = [
      { run_index: last?.index ?? 0, deviations: 4.2, reasons: ['the host took 6 % of the time'] },
    ];
  }
  await writeFile(
    join(folder, 'experiment.json'),
    JSON.stringify({
      ...experiment,
      summaries,
      plan: {
        ...experiment.plan,
        rule: { seed: 7, fewest_blocks: 5, most_blocks: 50, precision: 0.02, max_time_s: 900 },
      },
      case_ends: experiment.plan.cases.map(({ test_id }) => ({
        test_id,
        blocks: 1 + Math.max(...traced.map((run) => run.block)),
        reason: 'precise',
      })),
    }),
  );
  await writeFile(
    join(folder, 'runs.ndjson'),
    traced.map((run) => `${JSON.stringify({ ...run, samples: [] })}\n`).join(''),
  );
  return readStoredExperiment(folder);
}

/** Who runs where: one queue for all CPUs. */
function schedule(run: StoredRun, isFair: boolean, sliceUs: number): Trace {
  const left = run.tasks.map((task) => Math.round((task.user_s + task.system_s) * 1e6));
  const since = run.tasks.map(() => 0);
  const isLong = (task: number) => run.tasks[task]?.class === 'long';
  const queue = run.tasks.map((_, task) => task);
  let seed = run.index + 1;
  const free = Array.from({ length: CPUS }, (_, cpu) => ({ cpu, at: 20 * cpu }));
  const slices: Trace['slices'] = {
    task: [],
    cpu: [],
    runnable_us: [],
    start_us: [],
    end_us: [],
    preempted: [],
  };
  const others: Trace['others'] = { cpu: [], start_us: [], end_us: [] };
  // Tasks are back in the queue only when their slice has ended.
  const returning: { task: number; at: number }[] = [];
  while (queue.length > 0 || returning.length > 0) {
    free.sort((a, b) => a.at - b.at || a.cpu - b.cpu);
    const cpu = free[0] as { cpu: number; at: number };
    for (let place = 0; place < returning.length; ) {
      const back = returning[place] as { task: number; at: number };
      if (back.at > cpu.at) place++;
      else queue.push(...returning.splice(place, 1).map(({ task }) => task));
    }
    if (queue.length === 0) {
      cpu.at = Math.min(...returning.map(({ at }) => at));
      continue;
    }
    const urgent = isFair ? -1 : queue.findIndex(isLong);
    const task = queue.splice(Math.max(0, urgent), 1)[0] as number;
    const start = cpu.at;
    // As uneven as real ones, which compress far worse than even ones.
    seed = (seed * 48_271) % 2_147_483_647;
    const length = Math.min(left[task] as number, Math.round(sliceUs * (0.5 + seed / 2 ** 31)));
    const remains = (left[task] as number) - length;
    left[task] = remains;
    slices.task.push(task);
    slices.cpu.push(cpu.cpu);
    slices.runnable_us.push(since[task] as number);
    slices.start_us.push(start);
    slices.end_us.push(start + length);
    slices.preempted.push(remains > 0 ? 1 : 0);
    since[task] = start + length;
    cpu.at = start + length + 30;
    if (remains > 0) returning.push({ task, at: start + length });
    if (slices.task.length % 40 === 0) {
      others.cpu.push(cpu.cpu);
      others.start_us.push(cpu.at);
      others.end_us.push(cpu.at + 2000);
      cpu.at += 2050;
    }
  }
  const tasks = run.tasks.map((task) => task.id);
  return { schema: 'schedlab.trace/1', run_index: run.index, cpus: CPUS, tasks, slices, others };
}

function observed(run: StoredRun, trace: Trace, isStored: boolean): StoredRun {
  const { slices } = trace;
  const ofTask = (task: number) =>
    slices.task.flatMap((owner, place) => (owner === task ? [place] : []));
  const wait = (place: number) =>
    ((slices.start_us[place] as number) - (slices.runnable_us[place] as number)) / 1e6;
  const places = run.tasks.map((_, task) => ofTask(task));
  const tasks: TaskRecord[] = run.tasks.map((task, at) => ({
    ...task,
    start_s: (slices.start_us[places[at]?.[0] as number] as number) / 1e6,
    end_s: (slices.end_us[places[at]?.at(-1) as number] as number) / 1e6,
    wait_s: sum((places[at] as number[]).map(wait)),
  }));
  const makespan = Math.max(...tasks.map((task) => task.end_s));
  const busy = (cpu: number) =>
    sum(
      slices.cpu.map((owner, place) =>
        owner === cpu
          ? ((slices.end_us[place] as number) - (slices.start_us[place] as number)) / 1e6
          : 0,
      ),
    );
  const busyByCpu = Array.from({ length: CPUS }, (_, cpu) => busy(cpu));
  const histogram = (taskClass: TaskClass) => {
    const counts = new Array<number>(26).fill(0);
    places.forEach((list, task) => {
      if (tasks[task]?.class !== taskClass) return;
      for (const place of list) {
        const bucket = Math.ceil(Math.log2(Math.max(1, wait(place) * 1e6)));
        counts[bucket] = (counts[bucket] ?? 0) + 1;
      }
    });
    return counts;
  };
  const observation: Observation = {
    tasks: tasks.map((task, at) => ({
      id: task.id,
      cpu_s: task.user_s + task.system_s,
      wait_s: task.wait_s,
      slices: places[at]?.length ?? 0,
      preemptions: places[at]?.filter((place) => slices.preempted[place] === 1).length ?? 0,
      migrations: Math.floor((places[at]?.length ?? 0) / 2),
    })),
    cpu_tasks_s: busyByCpu,
    cpu_others_s: busyByCpu.map(() => 0.01),
    cpu_idle_s: busyByCpu.map((time) => Math.max(0, makespan - time - 0.01)),
    idle_while_waiting_s: 0.02,
    wait_histogram_short: histogram('short'),
    wait_histogram_long: histogram('long'),
    lost_events: 0,
    cost_s: 0.01,
  };
  return {
    ...run,
    tasks,
    makespan_s: makespan,
    test_time: makespan,
    makespan_ratio: makespan / run.lower_bound_s,
    observation,
    gap: gapOf(tasks, makespan - run.lower_bound_s),
    noise: {
      steal_share: 0.004,
      other_load_share: 0.01,
      swapped_pages: 0,
      thermal_throttles: null,
    },
    ...(isStored
      ? { trace: { file: traceFile(run.index), slices: trace.slices.task.length } }
      : {}),
  };
}

function gapOf(tasks: readonly TaskRecord[], total: number): Gap {
  const last = tasks
    .filter((task) => task.class === 'long')
    .toSorted((a, b) => a.end_s - b.end_s)
    .at(-1);
  const late = last?.start_s ?? 0;
  const wait = Math.max(0, (last?.wait_s ?? 0) - late);
  return {
    late_start_s: late,
    long_wait_s: wait,
    idle_while_waiting_s: 0.005,
    rest_s: total - late - wait - 0.005,
  };
}

function summaryWith(summary: Summary, stored: StoredExperiment): Summary {
  const view = arrange(stored).find(({ testId }) => testId === summary.test_id);
  const arm = view?.arms.find(({ scheduler }) => scheduler === summary.scheduler);
  const valid = arm?.valid ?? [];
  const figures = (taskClass: TaskClass): ClassFigures | null => {
    const found = classFigures(null, valid, taskClass);
    if (!found) return null;
    const histograms = valid.map((run) => run.observation?.[`wait_histogram_${taskClass}`] ?? []);
    const counts = (histograms[0] ?? []).map((_, bucket) =>
      sum(histograms.map((histogram) => histogram[bucket] ?? 0)),
    );
    const wait = { median: 0.9, p95: 2.1, p99: 2.6, last: 3.04 };
    return { ...found, wait_s: wait, wait_histogram: counts, preemptions: 40.2, migrations: 18.7 };
  };
  const middle = (values: readonly number[]) =>
    values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? 0;
  const gap = (key: keyof Gap) => middle(valid.map((run) => run.gap?.[key] ?? 0));
  const measured = (value: (run: StoredRun) => number) => {
    const found = valid.length > 0 ? estimate(valid.map(value)) : null;
    return found && { ...found, ci95: [...found.ci95] };
  };
  return {
    ...summary,
    makespan_s: measured((run) => run.makespan_s),
    makespan_ratio: measured((run) => run.makespan_ratio),
    ...(summary.baseline ? {} : comparison(summary, valid, stored)),
    short: figures('short'),
    long: figures('long'),
    cpu_use: { idle_while_waiting_s: 0.02, busiest_share: 0.27, variation: 0.051 },
    ...(summary.baseline
      ? {}
      : { scheduler_events: { SCX_EV_SELECT_CPU_FALLBACK: 12, SCX_EV_BYPASS_ACTIVATE: 0 } }),
    gap: {
      late_start_s: gap('late_start_s'),
      long_wait_s: gap('long_wait_s'),
      idle_while_waiting_s: gap('idle_while_waiting_s'),
      rest_s: gap('rest_s'),
    },
  };
}

function comparison(
  { test_id: testId }: Summary,
  valid: readonly StoredRun[],
  { experiment, runs }: StoredExperiment,
): Partial<Summary> {
  const pairs = valid.flatMap((run) => {
    const partner = runs.find(
      (other) =>
        other.test_id === testId &&
        other.block === run.block &&
        other.scheduler.name === experiment.plan.baseline &&
        other.status === 'success',
    );
    return partner ? [{ baseline: partner.makespan_s, candidate: run.makespan_s }] : [];
  });
  if (pairs.length < 3) return {};
  const { improvement, ci95, pValue } = comparePaired(pairs);
  const least = 2 ** (1 - pairs.length);
  return {
    improvement,
    improvement_ci95: [...ci95],
    p_value: pValue,
    p_value_adjusted: pValue,
    least_p_value: least,
    smallest_detectable: 0.021,
    blocks: pairs.length,
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
