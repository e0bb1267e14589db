// SPDX-License-Identifier: Apache-2.0
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExperimentRecord, Summary } from '../results/experiment-record.ts';
import { readStoredExperiment, type StoredExperiment } from '../results/read.ts';
import type { RunRecord, TaskRecord } from '../results/run-record.ts';
import { comparePaired } from '../stats/compare.ts';
import { estimate } from '../stats/estimate.ts';

export interface SyntheticPlan {
  readonly name?: string;
  readonly testIds: readonly string[];
  /** The baseline first. An arm's goodness: 0 shares the CPUs fairly, 1 starts the long task first. */
  readonly arms: readonly { readonly name: string; readonly goodness: number }[];
  readonly blocks: number;
  /** Multiplies a case's times; 1 if it is not named. */
  readonly size?: Readonly<Record<string, number>>;
  readonly longTasks?: number;
  /** Runs that end invalid. */
  readonly invalid?: (run: { testId: string; scheduler: string; block: number }) => boolean;
}

const CPUS = 4;
const SHORT_TASKS = 39;

/** Made-up results, the same every time, stored in `folder` and read back through the schemas. */
export async function storeSyntheticExperiment(
  folder: string,
  plan: SyntheticPlan,
): Promise<StoredExperiment> {
  const runs = syntheticRuns(plan);
  await mkdir(folder, { recursive: true });
  await writeFile(
    join(folder, 'experiment.json'),
    JSON.stringify(syntheticExperiment(plan, runs), null, 2),
  );
  await writeFile(
    join(folder, 'runs.ndjson'),
    runs.map((run) => `${JSON.stringify(run)}\n`).join(''),
  );
  return readStoredExperiment(folder);
}

function syntheticRuns(plan: SyntheticPlan): RunRecord[] {
  const random = seededRandom(1);
  let index = 0;
  return plan.testIds.flatMap((testId) =>
    Array.from({ length: plan.blocks }, (_, block) =>
      plan.arms.map(({ name, goodness }) => {
        const size = plan.size?.[testId] ?? 1;
        const tasks = syntheticTasks(goodness, size, plan.longTasks ?? 1, random);
        const bad = plan.invalid?.({ testId, scheduler: name, block }) ?? false;
        return syntheticRun(testId, name, index++, block, tasks, bad);
      }),
    ).flat(),
  );
}

/** A list schedule: the better the arm, the less of the time the long tasks have to share. */
function syntheticTasks(
  goodness: number,
  size: number,
  longTasks: number,
  random: () => number,
): TaskRecord[] {
  const wobble = () => 0.97 + 0.06 * random();
  const shorts = Array.from({ length: SHORT_TASKS }, () => 0.5 * size * wobble());
  const work = shorts.reduce((sum, time) => sum + time, 0);
  const longCpu = (work / (CPUS - longTasks)) * wobble();
  const sharedUntil = (work + longTasks * 0.1 * longCpu) / CPUS;
  const longEnd = goodness * longCpu * 1.01 + (1 - goodness) * (sharedUntil * 0.9 + longCpu);
  const ends = shorts.map((cpu, i) => {
    const fair = sharedUntil * (0.9 + 0.1 * random());
    const queued = (Math.floor(i / (CPUS - longTasks)) + 1) * cpu * wobble();
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
  bad: boolean,
): RunRecord {
  const makespan = Math.max(...tasks.map((task) => task.end_s));
  const cpuTimes = tasks.map((task) => task.user_s + task.system_s);
  const total = cpuTimes.reduce((sum, time) => sum + time, 0);
  const bound = Math.max(...cpuTimes, total / CPUS);
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
      clock_ratio: 1,
    },
    orchestrator_cpu_share: 0.002,
  };
}

function syntheticExperiment(plan: SyntheticPlan, runs: readonly RunRecord[]): ExperimentRecord {
  const baseline = plan.arms[0]?.name ?? 'default';
  return {
    schema: 'schedlab.experiment/1',
    name: plan.name ?? plan.testIds[0] ?? 'nothing',
    created_at: '2026-11-22T16:39:00Z',
    status: 'complete',
    versions: { schedlab: '0.1.0', node: 'v20.20.2' },
    plan: {
      cases: plan.testIds.map((testId) => ({
        test_id: testId,
        name: `Case ${testId}`,
        short_tasks: SHORT_TASKS,
        long_tasks: plan.longTasks ?? 1,
      })),
      baseline,
      schedulers: plan.arms.map(({ name }) => ({
        name,
        object_sha256: name === 'default' ? null : 'ab'.repeat(32),
      })),
      runs: runs.map(({ index, block, test_id, scheduler }) => ({
        index,
        block,
        test_id,
        scheduler: scheduler.name,
      })),
      timeout_s: 120,
      scale: 1,
      monitor: true,
    },
    machine: {
      cpu_model: 'Imaginary CPU | 3000',
      cpus: 4,
      memory_bytes: 16 * 1024 ** 3,
      os: 'Debian GNU/Linux 13',
      kernel_release: '6.12.0-amd64',
    },
    place: {
      target: 'vm',
      cpus: CPUS,
      memory_bytes: 2 * 1024 ** 3,
      kernel_release: '6.12.0',
      clock_source: 'kvm-clock',
      accelerator: 'kvm',
      qemu_version: '10.0.0',
      vcpu_limit: 0.45,
    },
    calibration: [],
    warnings: [{ code: 'steal_time', message: 'the host took 3 % of the time', run_index: 2 }],
    summaries: plan.testIds.flatMap((testId) =>
      plan.arms.map(({ name }) => syntheticSummary(runs, testId, name, baseline)),
    ),
  };
}

/** What experiment/summarise.ts does, in short; report/ must not import it. */
function syntheticSummary(
  runs: readonly RunRecord[],
  testId: string,
  scheduler: string,
  baseline: string,
): Summary {
  const ofArm = (arm: string) =>
    runs.filter((run) => run.test_id === testId && run.scheduler.name === arm);
  const valid = ofArm(scheduler).filter((run) => run.status === 'success');
  const of = (value: (run: RunRecord) => number) => {
    if (valid.length === 0) return null;
    const result = estimate(valid.map(value));
    return { ...result, ci95: [...result.ci95] };
  };
  const endOf = (taskClass: string) => (run: RunRecord) =>
    estimate(run.tasks.filter((task) => task.class === taskClass).map((task) => task.end_s)).mean;
  const pairs = valid.flatMap((run) => {
    const partner = ofArm(baseline).find((other) => other.block === run.block);
    return partner?.status === 'success'
      ? [{ baseline: partner.makespan_s, candidate: run.makespan_s }]
      : [];
  });
  const compared = scheduler !== baseline && pairs.length >= 3 ? comparePaired(pairs) : null;
  const [low, high] = compared?.ci95 ?? [0, 0];
  const verdict = low > 0 ? 'faster' : high < 0 ? 'slower' : 'no_difference_shown';
  return {
    test_id: testId,
    scheduler,
    baseline: scheduler === baseline,
    runs: ofArm(scheduler).length,
    invalid_runs: ofArm(scheduler).length - valid.length,
    makespan_s: of((run) => run.makespan_s),
    makespan_ratio: of((run) => run.makespan_ratio),
    lower_bound_s: of((run) => run.lower_bound_s)?.median ?? null,
    short_completion_s: of(endOf('short'))?.median ?? null,
    long_completion_s: of(endOf('long'))?.median ?? null,
    ...(scheduler === baseline
      ? {}
      : {
          improvement: compared?.improvement ?? null,
          improvement_ci95: compared ? [low, high] : null,
          p_value: compared?.pValue ?? null,
          verdict: compared ? verdict : 'not_enough_valid_runs',
          expected_improvement: 0.43,
        }),
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
