// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import type { RunRecord } from '../results/run-record.ts';
import { summarise } from './summarise.ts';

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
      { class: 'short', end_s: makespan / 2 },
      { class: 'long', end_s: makespan },
    ],
  } as unknown as RunRecord;
}

const blocks = [0, 1, 2, 3, 4];

test('compares the arms block by block and says what the ideal schedule would give', () => {
  const runs = blocks.flatMap((block) => [
    run('default', block, 8 + block),
    run('x', block, (8 + block) * 0.6 + block * 0.01),
  ]);
  const [baseline, custom] = summarise(runs, ['x'], 'default', ['default', 'x']);
  expect(baseline).toMatchObject({
    baseline: true,
    runs: 5,
    invalid_runs: 0,
    short_completion_s: 5,
  });
  expect(baseline).not.toHaveProperty('improvement');
  expect(custom).toMatchObject({ baseline: false, verdict: 'faster', p_value: 0.0625 });
  expect(custom?.improvement).toBeCloseTo(0.398, 2);
  expect(custom?.expected_improvement).toBeCloseTo(0.5);
});

test('an invalid run is counted as such and in nothing else', () => {
  const runs = blocks.flatMap((block) => [
    run('default', block, 10),
    run('x', block, block === 0 ? 100 : 6, block === 0 ? 'invalid' : 'success'),
  ]);
  const [, custom] = summarise(runs, ['x'], 'default', ['default', 'x']);
  expect(custom).toMatchObject({ runs: 5, invalid_runs: 1 });
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
  const [baseline, custom] = summarise(runs, ['x'], 'default', ['default', 'x', 'y']);
  expect(baseline?.makespan_s?.median).toBe(10);
  expect(custom).toMatchObject({
    verdict: 'not_enough_valid_runs',
    improvement: null,
    p_value: null,
  });
  const [, , none] = summarise(runs, ['x'], 'default', ['default', 'x', 'y']);
  expect(none).toMatchObject({ runs: 0, makespan_s: null, lower_bound_s: null });
});
