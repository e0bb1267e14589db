// SPDX-License-Identifier: Apache-2.0
import { mean, median } from 'simple-statistics';
import type { ExperimentPlan, Summary } from '../results/experiment-record.ts';
import type { RunRecord } from '../results/run-record.ts';
import { comparePaired, type Pair } from '../stats/compare.ts';
import { estimate } from '../stats/estimate.ts';
import { armFigures } from './arm-figures.ts';
import { oddRuns } from './odd-runs.ts';
import { judgeTogether } from './verdict.ts';

/** Fewer pairs of valid runs than this give no verdict. */
export const FEWEST_PAIRS = 3;

/** One summary for each case and arm, from valid runs only, judged together. */
export function summariseExperiment(
  plan: Pick<ExperimentPlan, 'cases' | 'runs' | 'baseline' | 'schedulers'>,
  records: readonly RunRecord[],
): Summary[] {
  return judgeTogether(
    plan.cases.flatMap(({ test_id }) => {
      const planned = plan.runs.filter((run) => run.test_id === test_id);
      const names = new Set(planned.map((run) => run.scheduler));
      const schedulers = plan.schedulers.map(({ name }) => name).filter((name) => names.has(name));
      return summariseCase(records, test_id, plan.baseline, schedulers);
    }),
  );
}

/** One summary for each arm of a case, without verdicts. */
function summariseCase(
  runs: readonly RunRecord[],
  testId: string,
  baseline: string,
  schedulers: readonly string[],
): Summary[] {
  const counted = runs.filter((run) => run.test_id === testId && !run.warm_up);
  const arm = (scheduler: string) => counted.filter((run) => run.scheduler.name === scheduler);
  return schedulers.map((scheduler) => ({
    ...describeArm(testId, scheduler, scheduler === baseline, arm(scheduler)),
    ...(scheduler === baseline ? {} : compareArms(arm(baseline), arm(scheduler))),
  }));
}

function describeArm(
  testId: string,
  scheduler: string,
  baseline: boolean,
  runs: readonly RunRecord[],
): Summary {
  const valid = runs.filter(isValid);
  const of = (value: (run: RunRecord) => number) =>
    valid.length > 0 ? copyEstimate(estimate(valid.map(value))) : null;
  const medianOf = (value: (run: RunRecord) => number) =>
    valid.length > 0 ? median(valid.map(value)) : null;
  return {
    test_id: testId,
    scheduler,
    baseline,
    runs: runs.length,
    invalid_runs: runs.length - valid.length,
    makespan_s: of((run) => run.makespan_s),
    makespan_ratio: of((run) => run.makespan_ratio),
    lower_bound_s: medianOf((run) => run.lower_bound_s),
    short_completion_s: medianOf((run) => meanCompletion(run, 'short')),
    long_completion_s: medianOf((run) => meanCompletion(run, 'long')),
    ...armFigures(valid),
    outliers: oddRuns(valid),
  };
}

function compareArms(
  baseline: readonly RunRecord[],
  candidate: readonly RunRecord[],
): Partial<Summary> {
  const pairs = pairByBlock(baseline, candidate);
  const expected = { expected_improvement: expectedImprovement(baseline), blocks: pairs.length };
  if (pairs.length < FEWEST_PAIRS) {
    return {
      improvement: null,
      improvement_ci95: null,
      p_value: null,
      verdict: 'not_enough_valid_runs',
      ...expected,
    };
  }
  const comparison = comparePaired(pairs);
  return {
    improvement: comparison.improvement,
    improvement_ci95: [...comparison.ci95],
    p_value: comparison.pValue,
    smallest_detectable: comparison.smallestDetectable,
    ...expected,
  };
}

/** The makespans, or another value, of the blocks in which both arms' runs are valid. */
export function pairByBlock(
  baseline: readonly RunRecord[],
  candidate: readonly RunRecord[],
  figureOf: (run: RunRecord) => number = (run) => run.makespan_s,
): Pair[] {
  const validBaseline = new Map(
    baseline.filter(isValid).map((run) => [run.block, figureOf(run)] as const),
  );
  return candidate.filter(isValid).flatMap((run) => {
    const partner = validBaseline.get(run.block);
    return partner === undefined ? [] : [{ baseline: partner, candidate: figureOf(run) }];
  });
}

/** 1 − lower bound / makespan, over the baseline's valid runs: what the ideal schedule would give. */
function expectedImprovement(baseline: readonly RunRecord[]): number | null {
  const valid = baseline.filter(isValid);
  if (valid.length === 0) return null;
  return 1 - 1 / median(valid.map((run) => run.makespan_ratio));
}

function meanCompletion(run: RunRecord, taskClass: 'short' | 'long'): number {
  const ends = run.tasks.filter((task) => task.class === taskClass).map((task) => task.end_s);
  return ends.length > 0 ? mean(ends) : 0;
}

export function isValid(run: RunRecord): boolean {
  return run.status === 'success';
}

function copyEstimate(value: ReturnType<typeof estimate>): NonNullable<Summary['makespan_s']> {
  return { ...value, ci95: [...value.ci95] };
}
