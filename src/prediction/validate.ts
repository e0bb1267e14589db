// SPDX-License-Identifier: Apache-2.0
import { mean, sampleStandardDeviation } from 'simple-statistics';
import type {
  LeftOut,
  LeftOutReason,
  PredictionError,
  ValidatedArm,
  ValidatedPolicy,
  ValidationDocument,
} from '../results/prediction.ts';
import type { StoredExperiment, StoredRun } from '../results/read.ts';
import { makespanUnder, type Policy } from '../simulation/policies.ts';
import { modelOf, turnsOf } from './arm-model.ts';
import { isReleasedTogether, runsToSimulate, tasksOf } from './measured-tasks.ts';
import { validateImprovements } from './validate-improvements.ts';

/** A run, and what the model of its arm makes of its own tasks. */
interface ModelledRun {
  readonly folder: string;
  readonly run: StoredRun;
  readonly cpus: number;
  readonly policy: Policy;
  readonly predictedS: number;
}

/**
 * Holds each valid run's makespan against that which a policy gives with the same CPU times.
 * @param given policies for arms, by name, beside those that `modelOf` knows
 */
export function validate(
  stored: readonly StoredExperiment[],
  given: ReadonlyMap<string, Policy>,
): ValidationDocument {
  const runs = stored.flatMap((experiment) => modelledRuns(experiment, given));
  return {
    schema: 'schedlab.validation/1',
    arms: groupBy(runs, armKey).map(validatedArm),
    policies: groupBy(runs, ({ cpus, policy }) => JSON.stringify([cpus, policy]))
      .map(validatedPolicy)
      .toSorted((a, b) => a.cpus - b.cpus),
    improvements: stored.flatMap((experiment) => validateImprovements(experiment, given)),
    left_out: stored.flatMap((experiment) => leftOutArms(experiment, given)),
  };
}

function modelledRuns(
  { folder, experiment, runs }: StoredExperiment,
  given: ReadonlyMap<string, Policy>,
): ModelledRun[] {
  const cpus = experiment.place?.cpus;
  if (cpus === undefined) return [];
  return armsOf(runs).flatMap(({ test_id, scheduler }) => {
    const policy = modelOf(scheduler, test_id, given);
    if (policy === null) return [];
    return runsToSimulate(runs, test_id, scheduler).map((run) => {
      const turns = turnsOf(run.scheduler.tunables);
      const predictedS = makespanUnder(policy, tasksOf(run), cpus, turns);
      return { folder, run, cpus, policy, predictedS };
    });
  });
}

/** Of an experiment that was cut off there may be no summaries. */
function armsOf(runs: readonly StoredRun[]): { test_id: string; scheduler: string }[] {
  const keyOf = (run: StoredRun) => JSON.stringify([run.test_id, run.scheduler.name]);
  return groupBy(runs, keyOf).map(([run]) => {
    const { test_id, scheduler } = run as StoredRun;
    return { test_id, scheduler: scheduler.name };
  });
}

function armKey({ folder, run }: ModelledRun): string {
  return JSON.stringify([folder, run.test_id, run.scheduler.name]);
}

function validatedArm(runs: readonly ModelledRun[]): ValidatedArm {
  const { folder, run, cpus, policy } = runs[0] as ModelledRun;
  return {
    folder,
    test_id: run.test_id,
    scheduler: run.scheduler.name,
    policy,
    cpus,
    runs: runs.length,
    predicted_ratio: mean(runs.map(({ run, predictedS }) => predictedS / run.lower_bound_s)),
    measured_ratio: mean(runs.map(({ run }) => run.makespan_s / run.lower_bound_s)),
    error: errorOf(runs),
  };
}

function validatedPolicy(runs: readonly ModelledRun[]): ValidatedPolicy {
  const { cpus, policy } = runs[0] as ModelledRun;
  return { cpus, policy, runs: runs.length, error: errorOf(runs), left_out: leftOutOf(runs) };
}

function errorOf(runs: readonly ModelledRun[]): PredictionError {
  const errors = runs.map(({ run, predictedS }) => predictedS / run.makespan_s - 1);
  return {
    mean: mean(errors),
    stddev: errors.length > 1 ? sampleStandardDeviation(errors) : 0,
    worst: errors.reduce((worst, error) => (Math.abs(error) > Math.abs(worst) ? error : worst), 0),
  };
}

/** Null where no run was observed. */
function leftOutOf(runs: readonly ModelledRun[]): LeftOut | null {
  const parts = runs.flatMap(({ run: { gap, observation, lower_bound_s }, cpus }) =>
    gap && observation
      ? {
          late_start: gap.late_start_s / lower_bound_s,
          idle_while_waiting: observation.idle_while_waiting_s / cpus / lower_bound_s,
          others: totalOf(observation.cpu_others_s) / cpus / lower_bound_s,
        }
      : [],
  );
  if (parts.length === 0) return null;
  return {
    runs: parts.length,
    late_start: mean(parts.map((part) => part.late_start)),
    idle_while_waiting: mean(parts.map((part) => part.idle_while_waiting)),
    others: mean(parts.map((part) => part.others)),
  };
}

function leftOutArms(
  { folder, runs }: StoredExperiment,
  given: ReadonlyMap<string, Policy>,
): ValidationDocument['left_out'] {
  return armsOf(runs).flatMap(({ test_id, scheduler }) => {
    const reason = reasonToLeaveOut(runs, test_id, scheduler, given);
    return reason === null ? [] : [{ folder, test_id, scheduler, reason }];
  });
}

function reasonToLeaveOut(
  runs: readonly StoredRun[],
  testId: string,
  scheduler: string,
  given: ReadonlyMap<string, Policy>,
): LeftOutReason | null {
  if (modelOf(scheduler, testId, given) === null) return 'no_model';
  if (runsToSimulate(runs, testId, scheduler).length > 0) return null;
  const together = runs.filter((run) => run.test_id === testId).every(isReleasedTogether);
  return together ? 'no_valid_run' : 'released_one_by_one';
}

function groupBy<T>(values: readonly T[], keyOf: (value: T) => string): T[][] {
  const groups = new Map<string, T[]>();
  for (const value of values) {
    const key = keyOf(value);
    const group = groups.get(key);
    if (group) group.push(value);
    else groups.set(key, [value]);
  }
  return [...groups.values()];
}

function totalOf(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
