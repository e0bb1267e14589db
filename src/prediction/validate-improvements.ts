// SPDX-License-Identifier: Apache-2.0
import { mean } from 'simple-statistics';
import type { ValidatedImprovement } from '../results/prediction.ts';
import type { StoredExperiment } from '../results/read.ts';
import { makespanUnder, type Policy } from '../simulation/policies.ts';
import { modelOf, turnsOf } from './arm-model.ts';
import { runsToSimulate, tasksOf } from './measured-tasks.ts';

/**
 * For each comparison of an experiment whose two arms have different models: the improvement that
 * they give with the sizes of the baseline's runs, against the measured one. This is what a
 * prediction is for, and more than its makespans it depends on whether the work stays the same.
 */
export function validateImprovements(
  { folder, experiment, runs }: StoredExperiment,
  given: ReadonlyMap<string, Policy>,
): ValidatedImprovement[] {
  const { plan, place, summaries } = experiment;
  return summaries.flatMap((summary) => {
    const { test_id, scheduler, improvement, improvement_ci95 } = summary;
    if (!place || improvement == null || !improvement_ci95) return [];
    const policy = modelOf(scheduler, test_id, given);
    const basePolicy = modelOf(plan.baseline, test_id, given);
    const samples = runsToSimulate(runs, test_id, plan.baseline).map(tasksOf);
    if (!policy || !basePolicy || policy === basePolicy || samples.length === 0) return [];
    const makespanOf = (arm: string, model: Policy) => {
      const tunables = plan.schedulers.find(({ name }) => name === arm)?.tunables;
      return (tasks: (typeof samples)[number]) =>
        makespanUnder(model, tasks, place.cpus, turnsOf(tunables));
    };
    const own = makespanOf(scheduler, policy);
    const baseline = makespanOf(plan.baseline, basePolicy);
    return {
      folder,
      test_id,
      scheduler,
      policy,
      cpus: place.cpus,
      predicted: mean(samples.map((tasks) => 1 - own(tasks) / baseline(tasks))),
      measured: improvement,
      measured_ci95: improvement_ci95,
    };
  });
}
