// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import type { RunRecord } from '../results/run-record.ts';
import { summariseExperiment } from './summarise.ts';

function run(scheduler: string, block: number, makespan: number, status = 'success'): RunRecord {
  return {
    test_id: 'x',
    scheduler: { name: scheduler, ops: null, object_sha256: null },
    block,
    status,
    makespan_s: makespan,
    lower_bound_s: 5,
    makespan_ratio: makespan / 5,
    tasks: [
      { class: 'short', end_s: makespan / 2, user_s: 1, system_s: 0 },
      { class: 'long', end_s: makespan, user_s: 5, system_s: 0 },
    ],
  } as unknown as RunRecord;
}

/** As the summaries of the case x with these arms, the baseline first. */
function summarise(runs: readonly RunRecord[], schedulers = ['default', 'x']) {
  const plan = {
    baseline: 'default',
    cases: [{ test_id: 'x', name: 'x', short_tasks: 1, long_tasks: 1 }],
    schedulers: schedulers.map((name) => ({ name, object_sha256: null })),
    runs: schedulers.map((scheduler, index) => ({ index, block: 0, test_id: 'x', scheduler })),
  };
  return summariseExperiment(plan, runs);
}

const blocks = [0, 1, 2, 3, 4, 5];

test('compares the arms block by block and says what the ideal schedule would give', () => {
  const runs = blocks.flatMap((block) => [
    run('default', block, 8 + block),
    run('x', block, (8 + block) * 0.6 + block * 0.01),
  ]);
  const [baseline, custom] = summarise(runs);
  expect(baseline).toMatchObject({
    baseline: true,
    runs: 6,
    invalid_runs: 0,
    short_completion_s: 5.25,
  });
  expect(baseline).not.toHaveProperty('improvement');
  expect(custom).toMatchObject({ baseline: false, verdict: 'faster', p_value: 1 / 32, blocks: 6 });
  expect(custom?.improvement).toBeCloseTo(0.398, 2);
  expect(custom?.expected_improvement).toBeCloseTo(1 - 5 / 10.5);
});

test('an invalid run is counted as such and in nothing else', () => {
  const runs = blocks.flatMap((block) => [
    run('default', block, 10),
    run('x', block, block === 0 ? 100 : 6, block === 0 ? 'invalid' : 'success'),
  ]);
  const [, custom] = summarise(runs);
  expect(custom).toMatchObject({ runs: 6, invalid_runs: 1 });
  expect(custom?.makespan_s?.mean).toBe(6);
  expect(custom?.improvement).toBeCloseTo(0.4, 12);
});

test('too few valid pairs give no verdict and no number', () => {
  const runs = [
    run('default', 0, 10),
    run('x', 0, 6),
    run('default', 1, 10, 'failed'),
    run('x', 1, 6),
  ];
  const [baseline, custom] = summarise(runs, ['default', 'x', 'y']);
  expect(baseline?.makespan_s?.median).toBe(10);
  expect(custom).toMatchObject({
    verdict: 'not_enough_valid_runs',
    improvement: null,
    p_value: null,
  });
  const [, , none] = summarise(runs, ['default', 'x', 'y']);
  expect(none).toMatchObject({ runs: 0, makespan_s: null, lower_bound_s: null });
});

test('arms that are judged together need more evidence', () => {
  const runs = blocks.flatMap((block) => [
    run('default', block, 10),
    run('x', block, 6 + block / 100),
    run('y', block, 6 + block / 100),
  ]);
  const [, x, y] = summarise(runs, ['default', 'x', 'y']);
  // Six blocks can give 1/32 alone, but 2/32 as one of two.
  for (const summary of [x, y]) {
    expect(summary).toMatchObject({ p_value: 1 / 32, p_value_adjusted: 1 / 16 });
    expect(summary).toMatchObject({ least_p_value: 1 / 16, verdict: 'no_difference_shown' });
  }
});

test('a warm-up run is kept and counted in nothing', () => {
  const warmUp = { ...run('default', 0, 100), warm_up: true };
  const runs = [warmUp, ...blocks.flatMap((b) => [run('default', b, 10), run('x', b, 9 + b / 99)])];
  const [baseline, custom] = summarise(runs);
  expect(baseline).toMatchObject({ runs: 6 });
  expect(baseline?.makespan_s?.mean).toBe(10);
  expect(custom).toMatchObject({ verdict: 'faster', blocks: 6 });
});

test('a run far from the others is flagged with what was odd about it, and counts', () => {
  const runs = [10, 10.1, 9.9, 10.05, 9.95, 15].map((makespan, block) => ({
    ...run('default', block, makespan),
    noise: {
      steal_share: block === 5 ? 0.3 : 0,
      other_load_share: null,
      swapped_pages: 0,
      thermal_throttles: null,
    },
    index: block,
    boot: 0,
  }));
  const [baseline] = summarise(runs as RunRecord[], ['default']);
  expect(baseline?.outliers).toMatchObject([
    { run_index: 5, reasons: ["the machine's host took 30.0 % of its CPU time"] },
  ]);
  expect(baseline?.makespan_s?.mean).toBeCloseTo(65 / 6);
});
