// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs';
import { appendFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { expect } from 'vitest';
import { readSamples, readStoredExperiment } from '../results/read.ts';
import { lineBeginning, test } from './test-kit.ts';

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

test('runs a case file with nothing of ours in it, straight from a folder that the guest covers', async ({
  bench,
  onTestFinished,
}) => {
  const cases = `/tmp/${basename(bench.folder)}.json`;
  onTestFinished(() => rm(cases, { force: true }));
  const written = await bench.caseFile({
    small_setup: ['echo prepared > made-by-setup'],
    small_commands: [
      'grep -q prepared made-by-setup',
      `test -f "$ORIGINAL_CWD"/${basename(cases)}`,
      'touch /tmp/also-here',
    ],
  });
  await rename(written, cases);
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

test('what was killed goes on where it stopped and can be compared with, but with the same work only', async ({
  bench,
}) => {
  const cases = await bench.caseFile();
  const command = bench.start('run-scheduler-tests', [
    ...['--cases', cases, '--all', '--target', 'vm', '--cpus', '2', '--runs', '3'],
    ...['--schedulers', 'fifo'],
  ]);
  await lineBeginning(command.stderr, 'run 3 of 7');
  command.kill('SIGKILL');
  await command;
  const [name] = await readdir(join(bench.folder, 'results'));
  const folder = join(bench.folder, 'results', name as string);
  // As a machine that stops in the middle of a line leaves it.
  await appendFile(join(folder, 'runs.ndjson'), '{"schema":"schedlab.run/1","test_');
  const before = await readStoredExperiment(folder);
  expect(before.experiment.status).toBe('running');
  expect(before.runs.length).toBeGreaterThanOrEqual(3);

  const resumed = await bench.run('run-scheduler-tests', ['--resume', folder, '--json']);
  expect(resumed.stderr).not.toContain('defect');
  expect(resumed.status).toBe(0);
  const { experiment, runs } = await readStoredExperiment(folder);
  expect(experiment.status).toBe('complete');
  expect(runs.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5, 6]);
  expect(runs.slice(0, before.runs.length)).toEqual(before.runs);
  expect(experiment.summaries[1]).toMatchObject({ scheduler: 'fifo', runs: 3, blocks: 3 });
  expect(experiment.warnings.map(({ code }) => code)).toContain('resumed');

  const complete = await bench.run('run-scheduler-tests', ['--resume', folder]);
  expect(complete).toMatchObject({ status: 2 });
  expect(complete.stderr).toMatch(/is complete/);

  const against = ['--cases', cases, '--all', '--target', 'vm', '--cpus', '2', '--against', folder];
  const later = [...against, '--schedulers', 'fifo', '--runs', '3'];
  const now = await bench.compare(later);
  expect(now.status).toBe(0);
  expect(now.experiment.against?.folder).toBe(folder);
  const [fifo] = now.experiment.against?.comparisons ?? [];
  expect(fifo).toMatchObject({ test_id: 'loops', scheduler: 'fifo' });
  expect(fifo?.improvement_then).toBeCloseTo(experiment.summaries[1]?.improvement ?? 9, 9);

  // Other work under the same name is neither gone on with nor compared with.
  await bench.caseFile({ large_commands: ['true'] });
  const refused = await bench.run('run-scheduler-tests', later);
  expect(refused.status).toBe(2);
  expect(refused.stderr).toMatch(/Cannot compare with .*the case loops differs: its sha256 was/);
  await writeFile(
    join(folder, 'experiment.json'),
    JSON.stringify({ ...experiment, status: 'interrupted' }),
  );
  const changed = await bench.run('run-scheduler-tests', ['--resume', folder]);
  expect(changed.status).toBe(2);
  expect(changed.stderr).toMatch(/Cannot resume .*the plan differs: its cases was/);
});
