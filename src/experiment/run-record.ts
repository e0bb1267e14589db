// SPDX-License-Identifier: Apache-2.0
import { median } from 'simple-statistics';
import { lowerBound } from '../results/lower-bound.ts';
import type { Noise, RunRecord, SchedulerIdentity, TaskRecord } from '../results/run-record.ts';
import { diagnose } from '../scheduler/diagnosis.ts';
import { fairMakespan } from '../stats/fair-share.ts';
import type { ClockReading } from './clock-check.ts';
import { inCharge } from './in-charge.ts';
import type { Measurement, PlannedCase, PlannedRun, PlannedTask } from './protocol.ts';
import type { Outputs } from './reference.ts';

export interface RunFacts {
  readonly run: PlannedRun;
  readonly planned: PlannedCase;
  readonly scheduler: SchedulerIdentity;
  readonly measurement: Measurement;
  readonly boot: number;
  readonly cpus: number;
  /** Between the hold and the end; null where it was not taken. */
  readonly clock: ClockReading | null;
  /** What else went on on the orchestrator's machine; null where that is not known. */
  readonly noise: Noise | null;
  /** What each task prints when it does all of its work; null where that is not checked. */
  readonly expectedOutput: Outputs | null;
}

/** From this on a run counts as one with a long tail: the long task against the median short one. */
const LONG_TAIL_SKEW = 3;
/** How far the place's clock may be off for certain: only times in seconds depend on it. */
const CLOCK_TOLERANCE = 0.02;
/** More than what two clocks read one after the other differ by on a busy machine. */
const SUSPENDED_S = 1;

/** Turns what was seen into a stored record, with its verdict on itself. */
export function toRunRecord(facts: RunFacts): RunRecord {
  const { run, measurement, scheduler, cpus, clock } = facts;
  const tasks = taskRecords(facts);
  const makespan = Math.max(0, ...tasks.map((task) => task.end_s));
  const bound = lowerBound(tasks, cpus);
  const reasons = invalidReasons(facts, tasks);
  return {
    schema: 'schedlab.run/1',
    test_id: run.test_id,
    scheduler: {
      ...scheduler,
      ops: measurement.ops,
      ...(measurement.tunables.length > 0 ? { tunables: measurement.tunables } : {}),
      ...(measurement.history ? { history: loadedPart(measurement.history) } : {}),
    },
    index: run.index,
    block: run.block,
    started_at: measurement.started_at,
    boot: facts.boot,
    status: statusOf(measurement, tasks, reasons),
    invalid_reasons: reasons,
    test_time: makespan,
    makespan_s: makespan,
    lower_bound_s: bound,
    makespan_ratio: bound > 0 ? makespan / bound : 0,
    release_spread_s: measurement.gate?.spread_s ?? 0,
    tasks,
    process_analysis: processAnalysis(tasks, cpus),
    samples: measurement.samples,
    proof: {
      before: measurement.before,
      after: measurement.after,
      exit: measurement.exit,
      woken: measurement.gate?.woken ?? 0,
      gate_realtime: measurement.gate?.realtime ?? false,
      fixed_layout: measurement.gate?.fixed_layout ?? false,
      clock_ratio: clock ? (clock.least + clock.most) / 2 : null,
      ...(clock ? { clock_bounds: [clock.least, clock.most] } : {}),
      output_checked: facts.expectedOutput !== null && measurement.gate?.ending === 'ended',
    },
    orchestrator_cpu_share: makespan > 0 ? measurement.executor_cpu_s / (makespan * cpus) : 0,
    ...(run.warm_up ? { warm_up: true } : {}),
    ...(facts.noise ? { noise: facts.noise } : {}),
  };
}

/** Adds what was wrong with the scheduler, or seen of it. */
export function withDiagnosis(
  record: RunRecord,
  { ops, problem, before, after, exit, kernel_memory_bytes }: Measurement,
  cpus: number,
): RunRecord {
  const diagnosis = diagnose({
    ...{ ops, problem, before, after, exit, cpus },
    makespanS: record.makespan_s,
    observation: record.observation ?? null,
    kernelMemoryBytes: kernel_memory_bytes,
  });
  return diagnosis ? { ...record, diagnosis } : record;
}

function loadedPart({ loaded, damaged }: NonNullable<Measurement['history']>) {
  return { loaded, damaged };
}

function taskRecords({ planned, measurement, expectedOutput }: RunFacts): TaskRecord[] {
  const results = measurement.gate?.tasks ?? [];
  return results.map((result, index) => {
    const { id, class: taskClass } = planned.tasks[index] as PlannedTask;
    const { output, ...figures } = result;
    const record = { id, class: taskClass, ...figures };
    const isRight = output === undefined || output === expectedOutput?.[id];
    return isRight ? record : { ...record, output };
  });
}

function invalidReasons(facts: RunFacts, tasks: readonly TaskRecord[]): string[] {
  const { measurement, planned, clock } = facts;
  const { problem, gate } = measurement;
  if (problem) return [`${problem.code}: ${problem.message}`, ...exitReason(measurement)];
  if (!gate) return ['not_measured: the gate reported nothing'];
  const reasons: string[] = [];
  if (gate.ending === 'timed_out') reasons.push('timeout: the tasks did not end in time');
  if (gate.ending === 'interrupted') reasons.push('interrupted: the run was stopped');
  if (gate.ending === 'ended') {
    reasons.push(...tasks.flatMap((task) => taskFailure(task, facts.expectedOutput)));
  }
  if (gate.woken !== planned.tasks.length) {
    reasons.push(`release_incomplete: the release woke ${gate.woken} tasks at the barrier`);
  }
  reasons.push(...proofProblems(facts));
  if (clock && (clock.least > 1 + CLOCK_TOLERANCE || clock.most < 1 - CLOCK_TOLERANCE)) {
    const bounds = `${clock.least.toFixed(3)} to ${clock.most.toFixed(3)}`;
    reasons.push(`clock_wrong: the place's clock ran at ${bounds} of ours`);
  }
  if (clock && clock.suspendedS > SUSPENDED_S) {
    reasons.push(`suspended: the machine was, for ${clock.suspendedS.toFixed(1)} s of the run`);
  }
  return reasons;
}

/**
 * The scheduler of the run, and only that one, from before the release until after the end; and
 * it left because we asked.
 */
function proofProblems({ measurement }: RunFacts): string[] {
  const { before, after, ops } = measurement;
  const wanted = ops === null ? null : { ops };
  if (!inCharge(after, wanted)) {
    return ops === null
      ? [`foreign_scheduler: ${after.ops} was loaded during the run`]
      : [`scheduler_ejected: ${ops} was no longer loaded at the end`, ...exitReason(measurement)];
  }
  if (after.enable_seq !== before.enable_seq) {
    return ['scheduler_changed: a scheduler was loaded anew during the run'];
  }
  return exitReason(measurement);
}

function exitReason({ exit }: Measurement): string[] {
  if (!exit || exit.by === 'user') return [];
  return [`scheduler_exit: ${[exit.reason, exit.message].filter(Boolean).join(': ')}`];
}

function taskFailure(task: TaskRecord, expected: Outputs | null): string[] {
  if (task.output !== undefined && expected) {
    return [`wrong_result: ${task.id} printed "${task.output}", not "${expected[task.id]}"`];
  }
  if (task.limit) return [`task_limit: ${task.id} wanted more ${task.limit} than it may have`];
  if (task.exit_code === 0) return [];
  const how =
    task.exit_code === null
      ? `was ended by signal ${task.signal}`
      : `exited with ${task.exit_code}`;
  const output = task.output_tail ? `: ${task.output_tail.split('\n').at(-1)}` : '';
  return [`task_failed: ${task.id} ${how}${output}`];
}

function statusOf(
  measurement: Measurement,
  tasks: readonly TaskRecord[],
  reasons: readonly string[],
): RunRecord['status'] {
  if (measurement.gate?.ending === 'timed_out') return 'timeout';
  const failed = tasks.some(
    (task) => task.exit_code !== 0 || task.output !== undefined || task.limit,
  );
  if (measurement.problem || failed) return 'failed';
  return reasons.length > 0 ? 'invalid' : 'success';
}

function processAnalysis(
  tasks: readonly TaskRecord[],
  cpus: number,
): RunRecord['process_analysis'] {
  const cpuTimes = tasks.map((task) => task.user_s + task.system_s);
  const shorts = cpuTimes.filter((_, index) => tasks[index]?.class === 'short');
  const typical = shorts.length > 0 ? median(shorts) : 0;
  const skew = typical > 0 ? Math.max(...cpuTimes) / typical : 0;
  const fair = fairMakespan(
    tasks.map(({ release_s = 0 }, index) => ({
      cpuTimeS: cpuTimes[index] as number,
      releaseS: release_s,
    })),
    cpus,
  );
  return {
    long_tail_detected: skew >= LONG_TAIL_SKEW,
    skew_ratio: skew,
    expected_improvement: fair > 0 ? Math.max(0, 1 - lowerBound(tasks, cpus) / fair) : 0,
  };
}
