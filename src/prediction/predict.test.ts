// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { checkDocument } from '../core/parse-document.ts';
import { packageRoot } from '../core/paths.ts';
import { type PredictionDocument, predictionSchema } from '../results/prediction.ts';
import { readStoredExperiment, type StoredExperiment } from '../results/read.ts';
import { type PredictionPlan, predict } from './predict.ts';

const PLAN: PredictionPlan = { cpus: [4], tasks: null, testIds: [], draws: 10, seed: 1 };

let stored: StoredExperiment;
beforeAll(async () => {
  stored = await readStoredExperiment(join(packageRoot, 'results/sample'));
});

const onCpus = (document: PredictionDocument, place = 0) => {
  const figures = document.cases[0]?.on_cpus[place];
  return {
    ...figures,
    of: Object.fromEntries(figures?.policies.map((entry) => [entry.policy, entry]) ?? []),
  };
};

test('predicts all cases from the runs of the baseline', async () => {
  const document = await predict(stored, PLAN);
  expect(checkDocument(predictionSchema, document, 'prediction')).toBe(document);
  expect(document.cases).toHaveLength(9);
  for (const { runs, samples, short_tasks, long_tasks } of document.cases) {
    expect({ runs, samples, short_tasks, long_tasks }).toEqual({
      runs: 5,
      samples: 10,
      short_tasks: 39,
      long_tasks: 1,
    });
  }
});

test('the tasks of each run are what its bound and its expected improvement were made of', async () => {
  const document = await predict(stored, { ...PLAN, testIds: ['compression'], draws: 1 });
  const runs = stored.runs.filter(
    (run) => run.test_id === 'compression' && run.scheduler.name === 'default',
  );
  const median = (values: number[]) => values.toSorted((a, b) => a - b)[2] as number;
  const { of, lower_bound_s } = onCpus(document);
  expect(lower_bound_s?.median).toBeCloseTo(median(runs.map((run) => run.lower_bound_s)), 6);
  // Of ideal sharing, as everywhere: not of how long the runs took.
  expect(of.fair?.improvement.median).toBe(0);
  expect(of.ideal?.makespan_ratio).toEqual({ median: 1, p5: 1, p95: 1 });
  expect(of.ideal?.improvement.median).toBeGreaterThan(0.3);
});

test('draws as many tasks as wanted, the same whatever the CPUs and the other cases', async () => {
  const drawn = { ...PLAN, tasks: 100, testIds: ['compression'] };
  const one = await predict(stored, { ...drawn, cpus: [8] });
  const many = await predict(stored, { ...drawn, cpus: [2, 8], testIds: [] });
  expect(one.cases[0]).toMatchObject({ samples: 10, short_tasks: 97, long_tasks: 3 });
  expect(one.cases[0]?.on_cpus[0]).toEqual(many.cases[0]?.on_cpus[1]);
  const other = await predict(stored, { ...drawn, seed: 2 });
  expect(other.cases).not.toEqual((await predict(stored, drawn)).cases);
  const { of, lower_bound_s } = onCpus(one);
  expect(lower_bound_s?.p5).toBeLessThan(lower_bound_s?.p95 as number);
  expect(of.fifo_to_completion?.makespan_ratio.p95).toBeGreaterThan(1);
});

test('leaves out runs that are not valid, and refuses when none is left', async () => {
  const invalid = (index: number) =>
    stored.runs.map((run) =>
      index === -1 || run.index === index ? { ...run, status: 'invalid' as const } : run,
    );
  const first = stored.runs.find(
    (run) => run.test_id === 'compression' && run.scheduler.name === 'default',
  );
  const without = { ...stored, runs: invalid(first?.index as number) };
  expect((await predict(without, PLAN)).left_out).toEqual([]);
  expect((await predict(without, PLAN)).cases[0]).toMatchObject({ runs: 4, samples: 12 });
  await expect(predict({ ...stored, runs: invalid(-1) }, PLAN)).rejects.toThrow(
    /no valid run of default/,
  );
});

test('refuses a case that the experiment does not have', async () => {
  await expect(predict(stored, { ...PLAN, testIds: ['nothing'] })).rejects.toThrow(
    /no case nothing/,
  );
});

test('stops between two samples when it is told to', async () => {
  let samples = 0;
  const stop = async () => {
    if (++samples === 3) throw new Error('enough');
  };
  await expect(predict(stored, PLAN, stop)).rejects.toThrow('enough');
  expect(samples).toBe(3);
});

test('a case whose tasks are released one by one is left out, and named', async () => {
  const runs = stored.runs.map((run) =>
    run.test_id === 'compression'
      ? { ...run, tasks: run.tasks.map((task) => ({ ...task, release_s: task.start_s })) }
      : run,
  );
  const { cases, left_out } = await predict({ ...stored, runs }, PLAN);
  expect(cases).toHaveLength(8);
  expect(left_out).toEqual([{ test_id: 'compression', reason: 'released_one_by_one' }]);
});
