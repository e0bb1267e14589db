// SPDX-License-Identifier: Apache-2.0

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { beforeAll, expect, vi } from 'vitest';
import { packageRoot } from '../core/paths.ts';
import type { ExperimentRecord } from '../results/experiment-record.ts';
import { readStoredExperiment } from '../results/read.ts';
import { buildTestSchedulers, lineBeginning, makeSchedulers, test } from './test-kit.ts';

const IN_GUEST = ['--target', 'vm', '--cpus', '2', '--all'];

let hostile: string;

beforeAll(async () => {
  hostile = await buildTestSchedulers('hostile');
});

test('a run that goes wrong says how, and the others go on', async ({ bench }) => {
  const cases = await bench.caseFile(
    {
      id: 'kills_loader',
      large_commands: ['pkill -KILL -x loader', 'i=0; while [ $i -lt 30000 ]; do i=$((i+1)); done'],
    },
    { id: 'exits_3', small_commands: ['echo out of luck', 'exit 3'] },
    // The guest has another kernel than the machine on which the reference runs.
    { id: 'prints_wrong', small_commands: ['uname -r'], checks_output: true },
    { id: 'does_not_end', large_commands: ['sleep 1000 & sleep 2000'] },
  );
  const { status, experiment } = await bench.compare([
    ...[...IN_GUEST, '--cases', cases, '--runs', '1', '--schedulers', 'fifo', '--timeout', '8'],
  ]);
  expect(status).toBe(1);
  expect(experiment.runs.map((run) => [run.test_id, run.scheduler.name, run.status])).toEqual([
    // Under the default there is no loader to kill, so pkill fails and with it the task.
    ['kills_loader', 'default', 'failed'],
    ['kills_loader', 'fifo', 'invalid'],
    ['exits_3', 'default', 'failed'],
    ['exits_3', 'fifo', 'failed'],
    ['prints_wrong', 'default', 'failed'],
    ['prints_wrong', 'fifo', 'failed'],
    ['does_not_end', 'default', 'timeout'],
    ['does_not_end', 'fifo', 'timeout'],
  ]);
  const [, killed, exited, , , , , endless] = experiment.runs;
  expect(killed?.invalid_reasons[0]).toMatch(/^scheduler_ejected: fifo/);
  expect(killed?.invalid_reasons[1]).toMatch(/^scheduler_exit: .*SIGKILL/);
  expect(experiment.summaries[1]).toMatchObject({ verdict: 'not_enough_valid_runs' });
  expect(exited?.invalid_reasons[0]).toBe('task_failed: short-01 exited with 3: out of luck');
  expect(exited?.tasks[5]).toMatchObject({ class: 'long', exit_code: 0 });
  for (const { invalid_reasons } of experiment.runs.filter(
    (run) => run.test_id === 'prints_wrong',
  )) {
    expect(invalid_reasons).toHaveLength(5);
    expect(invalid_reasons[0]).toMatch(/^wrong_result: short-01 printed "/);
  }
  expect(endless?.makespan_s).toBeGreaterThan(7.9);
});

test('who never dispatches is ejected, whom the verifier rejects is not loaded, and the runs say why', async ({
  bench,
}) => {
  const names = ['never_dispatches', 'rejected_by_verifier'];
  const { status, experiment, stderr } = await bench.compare([
    ...[...IN_GUEST, '--cases', await bench.caseFile(), '--runs', '2'],
    ...['--schedulers', names.map((name) => join(hostile, `${name}.bpf.o`)).join(',')],
  ]);
  expect(status).toBe(1);
  const under = (name: string) => experiment.runs.filter((run) => run.scheduler.name === name);
  expect(new Set(under('default').map((run) => run.status))).toEqual(new Set(['success']));

  const [stalled] = under('never_dispatches');
  expect(stalled?.status).not.toBe('success');
  expect(stalled?.proof.exit).toMatchObject({ by: 'kernel', kind: 1026 });
  expect(stalled?.invalid_reasons.join()).toMatch(/stall/);

  // It is not tried again.
  const rejected = under('rejected_by_verifier');
  expect(rejected.map((run) => run.status)).toEqual(['failed']);
  expect(rejected[0]?.invalid_reasons[0]).toMatch(
    /^scheduler_rejected: [\s\S]*processed \d+ insns/,
  );
  expect(stderr).toMatch(/skipped/);
});

test('a scheduler that locks up guests gets no third one, and the others go on', async ({
  bench,
}) => {
  const { status, experiment } = await bench.compare([
    ...IN_GUEST,
    ...['--cases', await bench.caseFile(), '--runs', '1'],
    ...['--schedulers', `${join(hostile, 'locks_up.bpf.o')},fifo`],
  ]);
  expect(status).toBe(1);
  const under = (name: string) => experiment.runs.filter((run) => run.scheduler.name === name);
  for (const name of ['default', 'fifo']) {
    expect(under(name).map((run) => run.status)).toEqual(['success']);
  }
  expect(under('locks_up')).toMatchObject([
    { status: 'failed', diagnosis: { code: 'guest_hung' }, tasks: [] },
  ]);
  const codes = experiment.warnings.map((warning) => warning.code);
  expect(codes.filter((code) => code === 'guest_replaced')).toHaveLength(2);
});

test('neither a program that eats the memory nor one that sets the clock disturbs other runs', async ({
  bench,
}) => {
  const built = await makeSchedulers(['build/loader', 'build/fifo.bpf.o']);
  const eats = 'cmd:exec tail /dev/zero';
  const setsClock = `cmd:date -s @86400; exec ${join(built, 'loader')} ${join(built, 'fifo.bpf.o')}`;
  const { experiment } = await bench.compare([
    ...[...IN_GUEST, '--memory', '1G', '--cases', await bench.caseFile(), '--runs', '1'],
    ...['--schedulers', eats, '--schedulers', setsClock, '--schedulers', 'fifo'],
  ]);
  expect(experiment.runs.map((run) => [run.scheduler.name, run.status, run.boot])).toEqual([
    ['default', 'success', 0],
    [eats, 'failed', 0],
    [setsClock, 'success', 0],
    ['fifo', 'success', 0],
  ]);
  expect(experiment.runs[1]?.diagnosis?.code).toBe('never_attached');
});

test('ctrl-C in the middle of a run keeps what was measured', async ({ bench }) => {
  const cases = await bench.caseFile({ large_commands: ['sleep 6'] });
  const command = bench.start('run-scheduler-tests', [
    ...IN_GUEST,
    ...['--cases', cases, '--runs', '2', '--schedulers', 'fifo', '--warm-up', '0', '--json'],
  ]);
  await lineBeginning(command.stderr, 'run 1 of 4');
  command.kill('SIGINT');
  const { exitCode, stdout } = await command;
  expect(exitCode).toBe(130);
  const { folder, status } = JSON.parse(String(stdout));
  expect(status).toBe('interrupted');
  const { runs } = await readStoredExperiment(folder);
  // Not the one that it cut off, which is to be made again.
  expect(runs.map((run) => run.status)).toEqual(['success']);
});

test('a terminal that goes away ends the experiment like ctrl-C', async ({ bench }) => {
  const cases = await bench.caseFile({ large_commands: ['sleep 6'] });
  const program = join(packageRoot, 'dist/run-scheduler-tests.js');
  const args = [...IN_GUEST, '--cases', cases, '--runs', '2', '--schedulers', 'fifo'];
  // It is the terminal, and the command's standard output and error are.
  const terminal = execa(
    'script',
    ['-qec', [process.execPath, program, ...args, '--out', 'stored'].join(' '), '/dev/null'],
    { cwd: bench.folder, env: { TMPDIR: bench.folder }, reject: false },
  );
  const folder = await vi.waitUntil(() => folderWithRuns(join(bench.folder, 'stored')), {
    ...{ timeout: 120_000, interval: 100 },
  });
  terminal.kill('SIGKILL');
  await terminal;
  expect(bench.leftovers()).toEqual([]);
  const { experiment } = await readStoredExperiment(folder);
  expect(experiment.status).toBe('interrupted');
});

test('a guest that is killed is replaced and the experiment goes on', async ({ bench }) => {
  const command = bench.start('run-scheduler-tests', [
    ...IN_GUEST,
    ...['--cases', await bench.caseFile(), '--runs', '2', '--schedulers', 'fifo'],
    ...['--warm-up', '0', '--json'],
  ]);
  await lineBeginning(command.stderr, 'run 2 of 4');
  process.kill(qemuOf(bench.folder), 'SIGKILL');
  const { exitCode, stdout } = await command;
  const experiment = JSON.parse(String(stdout));
  expect(exitCode).toBe(0);
  expect(experiment.runs.map((run: { index: number }) => run.index)).toEqual([0, 1, 2, 3]);
  // First, so that what a guest said is printed if another one had to be replaced.
  const replaced = (experiment as ExperimentRecord).warnings
    .filter(({ code }) => code === 'guest_replaced')
    .map(({ message }) => message);
  expect(replaced).toEqual([
    expect.stringMatching(/^Guest 1 was replaced\. The guest ended before it was done/),
  ]);
  expect(experiment.runs.map((run: { boot: number }) => run.boot)).toEqual([0, 0, 1, 1]);
});

test('guests that panic again and again end in an error with the tail of the console', async ({
  bench,
}) => {
  const cases = await bench.caseFile({ large_commands: ['echo c > /proc/sysrq-trigger'] });
  const { status, stderr } = await bench.run('run-scheduler-tests', [
    ...IN_GUEST,
    ...['--cases', cases, '--runs', '1', '--schedulers', 'fifo'],
  ]);
  expect(status).toBe(1);
  expect(stderr.match(/Guest \d was replaced/g)).toHaveLength(2);
  expect(stderr).toMatch(/Kernel panic - not syncing: sysrq triggered crash/);
});

test('an image that is no kernel ends in an error', async ({ bench }) => {
  const { status, stderr } = await bench.run('run-scheduler-tests', [
    ...IN_GUEST,
    ...['--cases', await bench.caseFile(), '--runs', '1', '--schedulers', 'fifo'],
    ...['--kernel', '/etc/os-release'],
  ]);
  expect(status).toBe(3);
  expect(stderr).toMatch(/QEMU does not start a guest/);
});

/** The experiment stored in `results` once a run of it is. */
function folderWithRuns(results: string): string | undefined {
  const names = existsSync(results) ? readdirSync(results) : [];
  return names
    .map((name) => join(results, name))
    .find((folder) => {
      const runs = join(folder, 'runs.ndjson');
      return existsSync(runs) && readFileSync(runs, 'utf8') !== '';
    });
}

function qemuOf(folder: string): number {
  const pid = readdirSync('/proc').find((name) => {
    if (!/^\d+$/.test(name)) return false;
    const words = readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0');
    return words[0]?.includes('qemu-system') && words.some((word) => word.includes(folder));
  });
  if (!pid) throw new Error('no guest runs');
  return Number(pid);
}
