// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readSamples, readStoredExperiment } from '../results/read.ts';
import { Workbench } from './test-kit.ts';

let bench: Workbench;
beforeEach(async () => {
  bench = await Workbench.create();
});
afterEach(async () => {
  await bench.remove();
});

test('compares ctest_suite under the default and its own scheduler, proven and stored', async () => {
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
    expect(run.proof.clock_ratio).toBeGreaterThan(0.9);
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
  expect(stored.runs).toEqual(experiment.runs.map(({ samples: _, ...run }) => run));
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
  expect(bench.leftovers()).toEqual([]);
});

test('runs a case file with nothing of ours in it, from a folder that the guest covers', async () => {
  const cases = await bench.caseFile({
    small_setup: ['echo prepared > made-by-setup'],
    small_commands: ['grep -q prepared made-by-setup', 'test -f "$ORIGINAL_CWD"/cases.json'],
  });
  const { status, experiment } = await bench.compare([
    ...[
      '--cases',
      cases,
      '--all',
      '--target',
      'vm',
      '--runs',
      '1',
      '--schedulers',
      'fifo,vruntime',
    ],
    ...['--cpus', '2', '--no-monitor'],
  ]);
  expect(status).toBe(0);
  expect(experiment.runs.map((run) => [run.scheduler.name, run.status])).toEqual([
    ['default', 'success'],
    ['fifo', 'success'],
    ['vruntime', 'success'],
  ]);
  expect(experiment.runs.every((run) => run.samples.length === 0)).toBe(true);
  expect(experiment.place?.vcpu_limit).toBeNull();
  expect(experiment.summaries.map((summary) => summary.verdict)).toEqual([
    undefined,
    'not_enough_valid_runs',
    'not_enough_valid_runs',
  ]);
});
