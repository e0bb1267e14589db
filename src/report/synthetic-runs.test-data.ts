// SPDX-License-Identifier: Apache-2.0
import type { RunRecord, TaskRecord } from '../results/run-record.ts';
import { traceFile } from '../results/trace.ts';
import { representativeRun } from './representative-run.ts';
import {
  observationOf,
  type Schedule,
  type SimulatedTask,
  simulate,
} from './synthetic-schedule.test-data.ts';

export interface SyntheticPlan {
  readonly name?: string;
  readonly testIds: readonly string[];
  /** The baseline first. An arm's goodness: 0 shares the CPUs fairly, 1 starts the long task first. */
  readonly arms: readonly { readonly name: string; readonly goodness: number }[];
  readonly blocks: number;
  /** Multiplies a case's times; 1 if it is not named. */
  readonly size?: Readonly<Record<string, number>>;
  readonly longTasks?: number;
  /** More than there are long tasks; CPUS if it is not given. */
  readonly cpus?: number;
  /** Simulates the schedule and stores what an observer would see, traces and samples too. */
  readonly observed?: boolean;
  /** Which of the observed runs have a trace; all of them if it is not given. */
  readonly traced?: 'representative';
  /** Runs that end invalid. */
  readonly invalid?: (run: { testId: string; scheduler: string; block: number }) => boolean;
}

export const CPUS = 4;
export const SHORT_TASKS = 39;

/** A run's trace is a schedule and what all its times are multiplied with. */
export type Traces = Map<number, { readonly schedule: Schedule; readonly factor: number }>;

export function syntheticRuns(plan: SyntheticPlan): { runs: RunRecord[]; traces: Traces } {
  const random = seededRandom(1);
  const cpus = plan.cpus ?? CPUS;
  const traces: Traces = new Map();
  const runs: RunRecord[] = [];
  for (const testId of plan.testIds) {
    const ofCase: RunRecord[] = [];
    const schedules = new Map<string, Schedule>();
    for (let block = 0; block < plan.blocks; block++) {
      for (const { name, goodness } of plan.arms) {
        const size = plan.size?.[testId] ?? 1;
        const tasks = syntheticTasks(goodness, size, plan.longTasks ?? 1, cpus, random);
        const bad = plan.invalid?.({ testId, scheduler: name, block }) ?? false;
        const index = runs.length + ofCase.length;
        if (!plan.observed) {
          ofCase.push(syntheticRun(testId, name, index, block, tasks, cpus, bad));
          continue;
        }
        const schedule =
          schedules.get(name) ?? simulate(tasks.map(simulated), cpus, goodness, random);
        schedules.set(name, schedule);
        const factor = 1 + 0.03 * random() + (block === 3 && goodness > 0.5 ? 0.2 : 0);
        traces.set(index, { schedule, factor });
        const seen = tasksOf(schedule, factor);
        ofCase.push(
          observedRun(syntheticRun(testId, name, index, block, seen, cpus, bad), schedule, factor),
        );
      }
    }
    if (plan.traced === 'representative') keepRepresentative(ofCase, traces);
    runs.push(...ofCase);
  }
  return { runs, traces };
}

function keepRepresentative(runs: readonly RunRecord[], traces: Traces): void {
  const shown = new Set<RunRecord | null>();
  for (const name of new Set(runs.map((run) => run.scheduler.name))) {
    shown.add(representativeRun(runs.filter((run) => run.scheduler.name === name)));
  }
  for (const run of runs.filter((entry) => !shown.has(entry))) {
    delete run.trace;
    traces.delete(run.index);
  }
}

function simulated({ id, class: taskClass, user_s, system_s }: TaskRecord): SimulatedTask {
  return { id, class: taskClass, cpuS: user_s + system_s };
}

function tasksOf({ tasks, slices }: Schedule, factor: number): TaskRecord[] {
  return tasks.map(({ id, class: taskClass, cpuS }, place) => {
    const own = slices.filter((slice) => slice.task === place);
    const end = Math.max(...own.map((slice) => slice.endS)) * factor;
    const start = (own[0]?.startS ?? 0) * factor;
    const task = syntheticTask(id, taskClass, cpuS * factor, end, start);
    const preempted = own.filter((slice) => slice.preempted).length;
    return {
      ...task,
      wait_s: Math.max(0, end - cpuS * factor),
      involuntary_switches: preempted,
      voluntary_switches: own.length - preempted,
    };
  });
}

function observedRun(run: RunRecord, schedule: Schedule, factor: number): RunRecord {
  const gap = run.makespan_s - run.lower_bound_s;
  const seconds = Array.from({ length: Math.floor(run.makespan_s) }, (_, i) => i + 1);
  return {
    ...run,
    samples: seconds.map((at) => ({
      at_s: at,
      tasks: run.tasks.flatMap((task) =>
        task.end_s > at
          ? [
              {
                id: task.id,
                cpu_percent: task.class === 'long' ? 25 + 5 * at : 10,
                rss_bytes: (task.class === 'long' ? 40 : 4) * 1_048_576 + at * 100_000,
              },
            ]
          : [],
      ),
    })),
    observation: observationOf(schedule, factor),
    gap: {
      late_start_s: 0.001,
      long_wait_s: 0.7 * gap,
      idle_while_waiting_s: 0,
      rest_s: 0.3 * gap - 0.001,
    },
    trace: { file: traceFile(run.index), slices: schedule.slices.length },
    scheduler_events: { SCX_EV_SELECT_CPU_FALLBACK: 3 },
    noise: { steal_share: 0.01, other_load_share: 0.02, swapped_pages: 0, thermal_throttles: null },
  };
}

/** A list schedule: the better the arm, the less of the time the long tasks have to share. */
function syntheticTasks(
  goodness: number,
  size: number,
  longTasks: number,
  cpus: number,
  random: () => number,
): TaskRecord[] {
  const wobble = () => 0.97 + 0.06 * random();
  const shorts = Array.from({ length: SHORT_TASKS }, () => 0.5 * size * wobble());
  const work = shorts.reduce((sum, time) => sum + time, 0);
  const longCpu = (work / (cpus - longTasks)) * wobble();
  const sharedUntil = (work + longTasks * 0.1 * longCpu) / cpus;
  const longEnd = goodness * longCpu * 1.01 + (1 - goodness) * (sharedUntil * 0.9 + longCpu);
  const ends = shorts.map((cpu, i) => {
    const fair = sharedUntil * (0.9 + 0.1 * random());
    const queued = (Math.floor(i / (cpus - longTasks)) + 1) * cpu * wobble();
    return { cpu, end: goodness * queued + (1 - goodness) * fair };
  });
  return [
    ...ends.map(({ cpu, end }, i) =>
      syntheticTask(`short-${pad(i + 1)}`, 'short', cpu, end, goodness * (end - cpu)),
    ),
    ...Array.from({ length: longTasks }, (_, i) =>
      syntheticTask(`long-${pad(i + 1)}`, 'long', longCpu, longEnd * (1 + 0.03 * random()), 0.002),
    ),
  ];
}

function syntheticTask(
  id: string,
  taskClass: TaskRecord['class'],
  cpu: number,
  end: number,
  start: number,
): TaskRecord {
  return {
    id,
    class: taskClass,
    start_s: Math.max(0, Math.min(start, end - cpu)),
    end_s: end,
    user_s: cpu * 0.95,
    system_s: cpu * 0.05,
    wait_s: Math.max(0, end - cpu),
    voluntary_switches: 3,
    involuntary_switches: 120,
    max_rss_bytes: 4_194_304,
    exit_code: 0,
    signal: null,
  };
}

function syntheticRun(
  testId: string,
  scheduler: string,
  index: number,
  block: number,
  tasks: TaskRecord[],
  cpus: number,
  bad: boolean,
): RunRecord {
  const makespan = Math.max(...tasks.map((task) => task.end_s));
  const cpuTimes = tasks.map((task) => task.user_s + task.system_s);
  const total = cpuTimes.reduce((sum, time) => sum + time, 0);
  const bound = Math.max(...cpuTimes, total / cpus);
  const ops = scheduler === 'default' ? null : scheduler.slice(0, 15);
  const state = { state: ops ? 'enabled' : 'disabled', ops, enable_seq: index };
  return {
    schema: 'schedlab.run/1',
    test_id: testId,
    scheduler: { name: scheduler, ops, object_sha256: ops && 'ab'.repeat(32) },
    index,
    block,
    started_at: '2026-11-22T16:39:00Z',
    boot: 0,
    status: bad ? 'invalid' : 'success',
    invalid_reasons: bad ? ['scheduler_ejected: it | was\n<gone> `at` the end'] : [],
    test_time: makespan,
    makespan_s: makespan,
    lower_bound_s: bound,
    makespan_ratio: makespan / bound,
    release_spread_s: 0.0004,
    tasks,
    process_analysis: { long_tail_detected: true, skew_ratio: 13 },
    samples: [],
    proof: {
      before: state,
      after: state,
      exit: null,
      woken: tasks.length,
      gate_realtime: true,
      fixed_layout: true,
      clock_ratio: 1,
    },
    orchestrator_cpu_share: 0.002,
  };
}

/** Park and Miller's generator: numbers in 0 … 1. */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}
