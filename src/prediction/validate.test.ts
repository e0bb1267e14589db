// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { checkDocument } from '../core/parse-document.ts';
import { packageRoot } from '../core/paths.ts';
import { validationSchema } from '../results/prediction.ts';
import { readStoredExperiment, type StoredExperiment, type StoredRun } from '../results/read.ts';
import { makespanUnder, type Policy } from '../simulation/policies.ts';
import { tasksOf } from './measured-tasks.ts';
import { validate } from './validate.ts';

let stored: StoredExperiment;
beforeAll(async () => {
  stored = await readStoredExperiment(join(packageRoot, 'results/sample'));
});

const NOTHING = new Map<string, Policy>();

/** The sample as if each run under the default had taken so many times what ideal sharing takes. */
function asPredicted(factorOf: (place: number) => number, change: Partial<StoredRun> = {}) {
  const runs = stored.runs
    .filter((run) => run.scheduler.name === 'default')
    .map((run, place) => ({
      ...run,
      ...change,
      makespan_s: makespanUnder('fair', tasksOf(run), 4) * factorOf(place),
    }));
  return { ...stored, runs };
}

test('the sample: every run of an arm with a model, case by case and all together', () => {
  const document = validate([stored], NOTHING);
  expect(checkDocument(validationSchema, document, 'validation')).toBe(document);
  expect(document.arms).toHaveLength(18);
  expect(document.policies).toMatchObject([
    { cpus: 4, policy: 'fair', runs: 45, left_out: null },
    { cpus: 4, policy: 'longest_first', runs: 45, left_out: null },
  ]);
  expect(document.improvements).toHaveLength(9);
  expect(document.left_out).toEqual([]);
  // What docs/predict.md says: the default is as ideal sharing to within a point or so.
  expect(Math.abs(document.policies[0]?.error.worst as number)).toBeLessThan(0.02);
});

test('the error is that of the makespan: 0 where it is as predicted, below 0 where it took longer', () => {
  expect(validate([asPredicted(() => 1)], NOTHING).policies[0]?.error).toEqual({
    mean: 0,
    stddev: 0,
    worst: 0,
  });
  const { policies, arms } = validate([asPredicted((place) => (place === 3 ? 1.25 : 1))], NOTHING);
  expect(policies[0]?.error.worst).toBeCloseTo(-0.2, 9);
  expect(policies[0]?.error.mean).toBeCloseTo(-0.2 / 45, 9);
  expect(arms.filter(({ error }) => error.stddev > 0)).toHaveLength(1);
});

test('a model that is given replaces ours, and an arm without one is named', () => {
  const document = validate([stored], new Map<string, Policy>([['default', 'ideal']]));
  expect(document.policies.map(({ policy }) => policy)).toEqual(['ideal', 'longest_first']);
  expect(document.policies[0]?.error.mean).toBeLessThan(-0.3);
  expect(document.left_out).toEqual([]);
});

test('an arm that cannot be validated is named, with the reason', () => {
  const reasonsOf = (experiment: StoredExperiment) => {
    const { left_out } = validate([experiment], NOTHING);
    return left_out.map(({ test_id, scheduler, reason }) => [test_id, scheduler, reason]);
  };
  const compression = stored.runs.filter(({ test_id }) => test_id === 'compression');
  const rr = { name: 'policy:rr', ops: null, object_sha256: null };
  const oneCase = compression.map((run) =>
    run.scheduler.name === 'default' ? run : { ...run, scheduler: rr },
  );
  expect(reasonsOf({ ...stored, runs: oneCase })).toEqual([
    ['compression', 'policy:rr', 'no_model'],
  ]);
  const later = compression.map((run) => ({
    ...run,
    tasks: run.tasks.map((task, place) => ({ ...task, release_s: place / 100 })),
  }));
  expect(reasonsOf({ ...stored, runs: later })[0]?.[2]).toBe('released_one_by_one');
  const invalid = compression.map((run) => ({ ...run, status: 'invalid' as const }));
  expect(reasonsOf({ ...stored, runs: invalid })[0]?.[2]).toBe('no_valid_run');
});

test('turns are as long as the tunables of the run say', () => {
  const ofFifo = (slice: string) => {
    const name = `fifo:${slice}`;
    const scheduler = { name, ops: null, object_sha256: null, tunables: [slice] };
    const { policies } = validate([asPredicted(() => 1, { scheduler })], NOTHING);
    return policies[0]?.error.mean ?? 1;
  };
  // The shorter the turns, the closer to ideal sharing.
  expect(Math.abs(ofFifo('slice_us=5000'))).toBeLessThan(1e-3);
  expect(Math.abs(ofFifo('slice_us=1000000'))).toBeGreaterThan(1e-2);
});

test('what the model leaves out comes from the observed runs', () => {
  const observation = {
    tasks: [],
    cpu_tasks_s: [],
    cpu_others_s: [1, 2, 0, 1],
    cpu_idle_s: [],
    idle_while_waiting_s: 2,
    wait_histogram_short: [],
    wait_histogram_long: [],
    lost_events: 0,
    cost_s: null,
  };
  const gap = { late_start_s: 1, long_wait_s: 0, idle_while_waiting_s: 0.5, rest_s: 0 };
  const observed = asPredicted(() => 1, { observation, gap, lower_bound_s: 10 });
  expect(validate([observed], NOTHING).policies[0]?.left_out).toEqual({
    runs: 45,
    late_start: 0.1,
    idle_while_waiting: 0.05,
    others: 0.1,
  });
});

test("an improvement is predicted from the baseline's runs alone", () => {
  const slower = stored.runs.map((run) =>
    run.scheduler.name === 'default' ? run : { ...run, tasks: [] },
  );
  const [first] = validate([stored], NOTHING).improvements;
  expect(validate([{ ...stored, runs: slower }], NOTHING).improvements[0]).toEqual(first);
  const summary = stored.experiment.summaries.find(({ scheduler }) => scheduler === 'compression');
  expect(first).toMatchObject({ scheduler: 'compression', measured: summary?.improvement });
  const runs = stored.runs.filter(
    (run) => run.test_id === 'compression' && run.scheduler.name === 'default',
  );
  const byHand = runs.map(
    (run) =>
      1 - makespanUnder('longest_first', tasksOf(run), 4) / makespanUnder('fair', tasksOf(run), 4),
  );
  expect(first?.predicted).toBeCloseTo(byHand.reduce((sum, value) => sum + value, 0) / 5, 9);
});
