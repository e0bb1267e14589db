// SPDX-License-Identifier: Apache-2.0
import { LabError } from '../core/errors.ts';
import type { Against, ExperimentRecord, Machine, Place } from '../results/experiment-record.ts';
import type { StoredExperiment } from '../results/read.ts';
import type { RunRecord } from '../results/run-record.ts';
import { compareUnpaired } from '../stats/compare-change.ts';
import { holm } from '../stats/holm.ts';
import { requireSame } from './sameness.ts';
import { FEWEST_PAIRS, pairByBlock } from './summarise.ts';
import { judge } from './verdict.ts';

/**
 * Refuses, before anything is measured, what could not be compared with a stored experiment.
 * @throws LabError INVALID_INPUT that says what differs
 */
export function requireComparable(
  stored: StoredExperiment,
  plan: ExperimentRecord['plan'],
  machine: Machine,
): void {
  const what = `Cannot compare with ${stored.folder}`;
  const then = stored.experiment;
  requireSame(what, 'the machine', then.machine, machine);
  for (const planned of plan.cases) {
    const old = then.plan.cases.find(({ test_id }) => test_id === planned.test_id);
    if (!old?.sha256) {
      const why = old ? 'does not say what its tasks did' : 'was not measured there';
      throw new LabError('INVALID_INPUT', `${what}: the case ${planned.test_id} ${why}.`);
    }
    requireSame(what, `the case ${planned.test_id}`, old, planned);
  }
}

/** The same for the place of measurement, once it is known. */
export function requireComparablePlace(stored: StoredExperiment, place: Place): void {
  const what = `Cannot compare with ${stored.folder}`;
  const { place: then } = stored.experiment;
  if (!then) throw new LabError('INVALID_INPUT', `${what}: it does not say where it was measured.`);
  requireSame(what, 'the place of measurement', then, place);
}

/**
 * How the improvement of each arm that both experiments have has changed. Each is held against the
 * baseline of its own experiment, so that the machine's speed of the day is in neither.
 */
export function compareWithStored(
  stored: StoredExperiment,
  now: ExperimentRecord,
  runs: readonly RunRecord[],
): Against {
  const found = now.summaries.flatMap(({ test_id, scheduler, baseline }) => {
    if (baseline) return [];
    const logs = [
      logRatios(stored.runs, test_id, stored.experiment.plan.baseline, scheduler),
      logRatios(runs, test_id, now.plan.baseline, scheduler),
    ] as const;
    if (logs.some((list) => list.length < FEWEST_PAIRS)) return [];
    return [{ test_id, scheduler, logs, ...compareUnpaired(...logs) }];
  });
  const adjusted = holm(found.map(({ pValue }) => pValue));
  return {
    folder: stored.folder,
    created_at: stored.experiment.created_at,
    comparisons: found.map(({ test_id, scheduler, logs, difference, ci95, pValue }, place) => {
      const change: [number, number] = [-Math.expm1(ci95[1]), -Math.expm1(ci95[0])];
      return {
        test_id,
        scheduler,
        improvement_then: improvementOf(logs[0]),
        improvement_now: improvementOf(logs[1]),
        change: -Math.expm1(difference),
        change_ci95: change,
        p_value: pValue,
        p_value_adjusted: adjusted[place] as number,
        verdict: judge(adjusted[place] as number, change),
      };
    }),
  };
}

function logRatios(
  runs: readonly RunRecord[],
  testId: string,
  baseline: string,
  scheduler: string,
): number[] {
  const arm = (name: string) =>
    runs.filter(
      (run) => run.test_id === testId && run.scheduler.name === name && run.warm_up !== true,
    );
  return pairByBlock(arm(baseline), arm(scheduler)).map((pair) =>
    Math.log(pair.candidate / pair.baseline),
  );
}

function improvementOf(logs: readonly number[]): number {
  return -Math.expm1(logs.reduce((sum, value) => sum + value, 0) / logs.length);
}
