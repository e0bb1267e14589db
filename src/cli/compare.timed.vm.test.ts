// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { readSamples, readStoredExperiment } from '../results/read.ts';
import { test } from './test-kit.ts';

test('compares ctest_suite under the default and its own scheduler, proven and stored', async ({
  bench,
}) => {
  const { status, experiment, stderr } = await bench.compare([
    ...['--test', 'ctest_suite', '--target', 'vm', '--runs', '3', '--scale', '0.4'],
  ]);
  expect(stderr).not.toContain('defect');
  expect(status).toBe(0);
  expect(experiment.status).toBe('complete');
  expect(experiment.place).toMatchObject({ target: 'vm', cpus: 4 });

  // Interleaved: every block has both arms.
  expect(experiment.runs).toHaveLength(6);
  for (const block of [0, 1, 2]) {
    const names = experiment.runs.filter((run) => run.block === block).map((r) => r.scheduler.name);
    expect(names.toSorted()).toEqual(['ctest_suite', 'default']);
  }
  for (const run of experiment.runs) {
    expect(run).toMatchObject({ status: 'success', invalid_reasons: [] });
    expect(run.tasks).toHaveLength(40);
    expect(run.process_analysis.long_tail_detected).toBe(true);
    expect(run.makespan_ratio).toBeGreaterThan(0.99);
    expect(run.release_spread_s).toBeGreaterThan(0);
    expect(run.proof.woken).toBe(40);
    const [least = 0, most = 2] = run.proof.clock_bounds ?? [];
    expect(least).toBeGreaterThan(0.8);
    expect(least).toBeLessThan(1.01);
    expect(most).toBeGreaterThan(0.99);
    expect(most).toBeLessThan(1.2);
    const custom = run.scheduler.name === 'ctest_suite';
    const state = custom ? 'enabled' : 'disabled';
    expect(run.proof.before).toMatchObject({ state, ops: custom ? 'ctest_suite' : null });
    expect(run.proof.after).toEqual(run.proof.before);
    expect(run.proof.exit?.by ?? null).toBe(custom ? 'user' : null);
  }

  const custom = experiment.summaries.find((summary) => !summary.baseline);
  expect(custom).toMatchObject({ scheduler: 'ctest_suite', runs: 3, invalid_runs: 0 });
  // How much better is for a quiet machine to say; that it was judged is for every day.
  expect(custom?.improvement).toBeLessThan(1);
  expect(custom?.verdict).not.toBe('not_enough_valid_runs');

  // What is on disk says the same, and charts were drawn from it.
  const stored = await readStoredExperiment(experiment.folder);
  const inOrder = experiment.runs.toSorted((a, b) => a.index - b.index);
  expect(stored.runs).toEqual(inOrder.map(({ samples: _, ...run }) => run));
  const samples = await readSamples(stored, new Set(experiment.runs.map((run) => run.index)));
  for (const run of experiment.runs) expect(samples.get(run.index)).toEqual(run.samples);
  expect(await readdir(join(experiment.folder, 'charts'))).toEqual(
    expect.arrayContaining([
      'improvement.png',
      'timeline-ctest_suite.png',
      'makespan-ctest_suite.png',
      'completion-ctest_suite.png',
    ]),
  );
  for (const file of ['report.md', 'tasks.csv']) {
    expect(existsSync(join(experiment.folder, file))).toBe(true);
  }
});

test('stops when the intervals are narrow, and says what it knows of an arm against itself', async ({
  bench,
}) => {
  const { status, experiment, stderr } = await bench.compare([
    ...['--cases', await bench.caseFile(), '--all', '--target', 'vm', '--cpus', '2'],
    // So wide that the fewest blocks that can show anything are enough.
    ...['--schedulers', 'default', '--precision', '90', '--warm-up', '1', '--seed', '5'],
  ]);
  expect(status).toBe(0);
  expect(experiment.case_ends).toEqual([{ test_id: 'loops', blocks: 6, reason: 'precise' }]);
  expect(experiment.plan.rule).toMatchObject({ seed: 5, fewest_blocks: 6, most_blocks: 30 });
  expect(experiment.runs).toHaveLength(13);
  expect(experiment.runs.filter((run) => run.warm_up)).toHaveLength(1);
  const again = experiment.summaries.find((summary) => !summary.baseline);
  expect(again).toMatchObject({
    scheduler: 'default #2',
    runs: 6,
    blocks: 6,
    least_p_value: 1 / 32,
  });
  expect(experiment.warnings.map(({ code }) => code)).toContain('emulated');
  expect(experiment.runs[0]?.noise?.other_load_share).toBeLessThan(1);
  expect(stderr).toMatch(/loops, 6 blocks: improvement of default #2/);
});
