// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { readStoredExperiment, type StoredExperiment } from '../results/read.ts';
import { lineBeginning, test, type Workbench } from './test-kit.ts';

type Stored = StoredExperiment['experiment'] & { folder: string };

async function sweep(bench: Workbench, args: readonly string[]) {
  const outcome = await bench.run('run-scheduler-tests', [...args, '--warm-up', '0', '--json']);
  if (!outcome.stdout) throw new Error(`no answer, but: ${outcome.stderr}`);
  return {
    ...outcome,
    document: JSON.parse(outcome.stdout) as {
      folder: string;
      cpus: number[];
      experiments: Stored[];
      files: string[];
    },
  };
}

test('the same comparison in guests with two CPUs and one, interrupted and gone on with', async ({
  bench,
}) => {
  const cases = await bench.caseFile();
  const command = bench.start('run-scheduler-tests', [
    ...['--cases', cases, '--all', '--target', 'vm', '--cpus', '2,1', '--runs', '3'],
    ...['--schedulers', 'fifo', '--no-monitor', '--warm-up', '0'],
  ]);
  await lineBeginning(command.stderr, '[2 CPUs] run 1 of 6');
  command.kill('SIGINT');
  const { exitCode, stdout } = await command;
  expect(exitCode).toBe(130);
  expect(stdout).toContain('2 CPUs');
  const [name = ''] = await readdir(join(bench.folder, 'results'));
  expect(name).toMatch(/-loops-cpus$/);
  const folder = join(bench.folder, 'results', name);
  const before = await readStoredExperiment(join(folder, '2'));
  expect(before.experiment.status).toBe('interrupted');
  expect(before.runs.length).toBeGreaterThan(0);
  expect(existsSync(join(folder, '1'))).toBe(false);

  const { status, stderr, document } = await sweep(bench, ['--resume', folder]);
  expect(stderr).not.toContain('defect');
  expect(status).toBe(0);
  expect(document).toMatchObject({ schema: 'schedlab.sweep/1', name: 'loops', folder });
  expect(document.cpus).toEqual([2, 1]);
  expect(stderr).toMatch(/^\[2 CPUs\] booting the guest/m);
  expect(stderr).toMatch(/^\[1 CPU\] booting the guest/m);
  expect(stderr).toMatch(/^about \d.* left in all$/m);
  const { runs } = await readStoredExperiment(join(folder, '2'));
  expect(runs.slice(0, before.runs.length)).toEqual(before.runs);

  // Each is an experiment like any other, of its own CPUs, under the same plan.
  for (const [place, cpus] of [2, 1].entries()) {
    const part = document.experiments[place] as Stored;
    expect(part).toMatchObject({ name: `loops-cpus-${cpus}`, status: 'complete' });
    expect(part.place).toMatchObject({ target: 'vm', cpus });
    expect(part.folder).toBe(join(document.folder, String(cpus)));
    expect(part.summaries.map((arm) => [arm.scheduler, arm.runs, arm.invalid_runs])).toEqual([
      ['default', 3, 0],
      ['fifo', 3, 0],
    ]);
    for (const run of (await readStoredExperiment(part.folder)).runs) {
      const cpuTimes = run.tasks.map(({ user_s, system_s }) => user_s + system_s);
      const total = cpuTimes.reduce((sum, time) => sum + time, 0);
      expect(run.lower_bound_s).toBeCloseTo(Math.max(...cpuTimes, total / cpus), 6);
    }
    expect(existsSync(join(part.folder, 'report.html'))).toBe(true);
  }
  const [two, one] = document.experiments;
  expect(one?.plan.runs).toEqual(two?.plan.runs);
  expect(await readdir(document.folder)).toEqual(
    expect.arrayContaining(['1', '2', 'cpus-loops.png', 'cpus.md', 'sweep.json']),
  );

  const again = await bench.run('run-scheduler-tests', ['--resume', folder]);
  expect(again).toMatchObject({ status: 2 });
  expect(again.stderr).toMatch(/is complete/);
});

test('on the host the tasks are confined to so many CPUs', async ({ bench }) => {
  // Long enough that the two clocks, which are compared by messages, agree.
  const work = 'i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done';
  const onOneCpu = ['nproc | grep -x 1', work];
  const cases = await bench.caseFile({ small_commands: onOneCpu, large_commands: onOneCpu });
  const { status, experiment } = await bench.compare([
    ...['--cases', cases, '--all', '--target', 'host', '--cpus', '1', '--runs', '2'],
    ...['--schedulers', 'policy:batch', '--no-monitor', '--no-observer'],
  ]);
  expect(status).toBe(0);
  expect(experiment.place).toMatchObject({ target: 'host', cpus: 1 });
  if (availableParallelism() > 1) expect(experiment.place?.cpu_list).toMatch(/^\d+$/);
  expect(experiment.plan.request).toMatchObject({ host_cpus: 1 });

  // It goes on where it was.
  await writeFile(join(experiment.folder, 'runs.ndjson'), '');
  const cut = JSON.parse(await readFile(join(experiment.folder, 'experiment.json'), 'utf8'));
  await writeFile(
    join(experiment.folder, 'experiment.json'),
    JSON.stringify({ ...cut, status: 'running', case_ends: [] }),
  );
  const resumed = await bench.run('run-scheduler-tests', ['--resume', experiment.folder]);
  expect(resumed).toMatchObject({ status: 0 });
});
