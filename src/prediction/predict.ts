// SPDX-License-Identifier: Apache-2.0
import { quantileSorted } from 'simple-statistics';
import { LabError } from '../core/errors.ts';
import type {
  PredictedCase,
  PredictionDocument,
  PredictionOnCpus,
  Range,
} from '../results/prediction.ts';
import type { StoredExperiment } from '../results/read.ts';
import { worstListRatio, worstLptRatio } from '../simulation/bounds.ts';
import { makespanUnder, type Policy } from '../simulation/policies.ts';
import type { SimulatedTask } from '../simulation/simulate.ts';
import { type Random, seededRandom } from '../stats/random.ts';
import { countClasses, drawTasks, inAnyOrder, scaleCounts } from './draw-tasks.ts';
import { isReleasedTogether, runsToSimulate, tasksOf } from './measured-tasks.ts';

export interface PredictionPlan {
  readonly cpus: readonly number[];
  /** null: the tasks of each run as they were measured. */
  readonly tasks: number | null;
  /** All of the experiment's that have valid runs, when empty. */
  readonly testIds: readonly string[];
  /** Samples of task sizes; of measured ones as many more as it takes to have all runs equally. */
  readonly draws: number;
  readonly seed: number;
}

/** What is shown; `fair_per_cpu` is another model of the same as `fair`. */
const PREDICTED: readonly Policy[] = [
  'fair',
  'fifo',
  'fifo_to_completion',
  'lpt',
  'longest_first',
  'ideal',
];

/**
 * What each policy would make of the tasks that the experiment's baseline measured.
 * @param betweenSamples lets others run: all of them may take minutes
 * @throws LabError USAGE for an unknown case, INVALID_INPUT where no run of the baseline is valid
 */
export async function predict(
  { folder, experiment, runs }: StoredExperiment,
  plan: PredictionPlan,
  betweenSamples: () => Promise<void> = async () => {},
): Promise<PredictionDocument> {
  const { baseline } = experiment.plan;
  const known = experiment.plan.cases.map(({ test_id }) => test_id);
  const unknown = plan.testIds.find((testId) => !known.includes(testId));
  if (unknown !== undefined) {
    throw new LabError('USAGE', `${folder} has no case ${unknown}, but ${known.join(', ')}.`);
  }
  const wanted = known.filter((id) => plan.testIds.length === 0 || plan.testIds.includes(id));
  const cases: PredictedCase[] = [];
  const leftOut: PredictionDocument['left_out'] = [];
  for (const testId of wanted) {
    const measured = runsToSimulate(runs, testId, baseline).map(tasksOf);
    if (measured.length > 0) {
      cases.push(await predictCase(testId, measured, plan, betweenSamples));
      continue;
    }
    const together = runs.filter((run) => run.test_id === testId).every(isReleasedTogether);
    leftOut.push({
      test_id: testId,
      reason: together ? 'no_valid_run' : 'released_one_by_one',
    });
  }
  if (cases.length === 0) {
    throw new LabError(
      'INVALID_INPUT',
      `${folder} has no valid run of ${baseline} to predict from whose tasks are released together.`,
    );
  }
  return {
    schema: 'schedlab.prediction/1',
    folder,
    baseline,
    sizes: plan.tasks === null ? 'of_each_run' : 'drawn',
    seed: plan.seed,
    cases,
    left_out: leftOut,
  };
}

async function predictCase(
  testId: string,
  measured: readonly (readonly SimulatedTask[])[],
  plan: PredictionPlan,
  betweenSamples: () => Promise<void>,
): Promise<PredictedCase> {
  // The same samples whatever else is asked for, and for all CPU counts.
  const samples = sampleTasks(measured, plan, seededRandom(plan.seed));
  const { short, long } = countClasses(samples[0] ?? []);
  const onCpus: PredictionOnCpus[] = [];
  for (const cpus of plan.cpus) onCpus.push(await predictOn(cpus, samples, betweenSamples));
  return {
    test_id: testId,
    runs: measured.length,
    samples: samples.length,
    short_tasks: short,
    long_tasks: long,
    on_cpus: onCpus,
  };
}

function sampleTasks(
  measured: readonly (readonly SimulatedTask[])[],
  { tasks, draws }: PredictionPlan,
  random: Random,
): SimulatedTask[][] {
  if (tasks === null) {
    const times = Array.from({ length: Math.ceil(draws / measured.length) });
    return times.flatMap(() => measured.map((ofRun) => inAnyOrder(ofRun, random)));
  }
  const all = measured.flat();
  const counts = scaleCounts(tasks, countClasses(all));
  return Array.from({ length: draws }, () => drawTasks(all, counts, random));
}

async function predictOn(
  cpus: number,
  samples: readonly SimulatedTask[][],
  betweenSamples: () => Promise<void>,
): Promise<PredictionOnCpus> {
  const makespans: Record<Policy, number>[] = [];
  for (const tasks of samples) {
    const entries = PREDICTED.map(
      (policy) => [policy, makespanUnder(policy, tasks, cpus)] as const,
    );
    makespans.push(Object.fromEntries(entries) as Record<Policy, number>);
    await betweenSamples();
  }
  const range = (figure: (ofSample: Record<Policy, number>) => number) =>
    rangeOf(makespans.map(figure));
  return {
    cpus,
    lower_bound_s: range(({ ideal }) => ideal),
    worst_list_ratio: worstListRatio(cpus),
    worst_lpt_ratio: worstLptRatio(cpus),
    policies: PREDICTED.map((policy) => ({
      policy,
      makespan_ratio: range((ofSample) => ofSample[policy] / ofSample.ideal),
      makespan_s: range((ofSample) => ofSample[policy]),
      improvement: range((ofSample) => 1 - ofSample[policy] / ofSample.fair),
    })),
  };
}

function rangeOf(values: readonly number[]): Range {
  const sorted = values.toSorted((a, b) => a - b);
  const [p5, median, p95] = [0.05, 0.5, 0.95].map((share) => quantileSorted(sorted, share));
  return { median, p5, p95 } as Range;
}
