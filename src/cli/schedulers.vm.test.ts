// SPDX-License-Identifier: Apache-2.0
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { sum } from 'simple-statistics';
import { expect } from 'vitest';
import { packageRoot } from '../core/paths.ts';
import type { RunRecord } from '../results/run-record.ts';
import { readTrace, type Trace } from '../results/trace.ts';
import { listSchedulers } from '../scheduler/build.ts';
import { DEFAULT_SCHEDULER } from '../scheduler/spec.ts';
import { buildTestSchedulers, test } from './test-kit.ts';

const SCHEDULERS = join(packageRoot, 'schedulers');

/**
 * A script that fails unless the kernel calls its process by the script's name, not by the
 * interpreter's: schedulers know the programs of a case by that name.
 */
const namedScript = (name: string, rounds: number) => ({
  setup: [
    `cat > ${name} <<'END'`,
    '#!/bin/sh',
    `read -r name </proc/$$/comm; [ "$name" = ${name} ] || exit 3`,
    `i=0; while [ $i -lt ${rounds} ]; do i=$((i+1)); done`,
    'END',
    `chmod +x ${name}`,
  ],
  commands: [`exec ./${name}`],
});

/** All in one guest: what differs between these schedulers shows when they are loaded and run. */
test('every scheduler, spelling and object loads and survives a case that it was not made for', async ({
  bench,
}) => {
  const ours = (await listSchedulers(SCHEDULERS)).filter((name) => name !== DEFAULT_SCHEDULER);
  const compat = join(SCHEDULERS, 'compat-tests');
  const spellings = sourcesIn(compat).filter((file) => file.startsWith('spelling_'));
  const objects = await buildTestSchedulers('compat-tests');
  const short = namedScript('parse_hour', 5000);
  const long = namedScript('parse_archive', 20000);
  const cases = await bench.caseFile({
    ...{ small_setup: short.setup, small_commands: short.commands },
    ...{ large_setup: long.setup, large_commands: long.commands },
  });
  const { experiment, stderr } = await bench.compare([
    ...['--cases', cases, '--all', '--runs', '1', '--no-monitor'],
    ...['--target', 'vm', '--cpus', '2', '--schedulers'],
    [
      ...ours,
      'fifo:slice_us=0x1b58',
      ...spellings.map((file) => join(compat, file)),
      // Ejects itself unless its loader fills in, attaches and sets what it wants.
      `${join(objects, 'constants_and_tracing.bpf.o')}:wanted=-7`,
    ].join(','),
  ]);
  expect(
    experiment.runs.map((run) => [run.scheduler.name, run.status, run.invalid_reasons]),
  ).toEqual(
    [
      ...[DEFAULT_SCHEDULER, ...ours, 'fifo:slice_us=0x1b58'],
      ...[
        ...spellings.map((file) => file.replace('.bpf.c', '')),
        'constants_and_tracing:wanted=-7',
      ],
    ].map((name) => [name, 'success', []]),
  );

  // Nobody gave it a history.
  const history = { loaded: 0, damaged: 0 };
  expect(runOf(experiment.runs, 'learned')?.scheduler.history).toEqual(history);

  // Not what was asked for, but what the kernel holds.
  const tunablesOf = (name: string) => runOf(experiment.runs, name)?.scheduler.tunables;
  expect(tunablesOf('fifo')).toBeUndefined();
  expect(tunablesOf('fifo:slice_us=0x1b58')).toEqual(['slice_us=7000']);
  expect(tunablesOf('constants_and_tracing:wanted=-7')).toEqual(['wanted=-7']);

  expect(stderr).toMatch(/constants_and_tracing:wanted=-7 .*SCX_NO_SUCH_CONSTANT/);
  expect(experiment.warnings.map(({ code }) => code)).toContain('missing_constants');
});

/**
 * A process that waits for its child as for a lock (as after vfork), while the child makes the
 * kernel fill pages with zeros: whoever interrupts it does so inside the kernel.
 */
const BUSY_IN_KERNEL = [
  'import ctypes, os, time',
  'CLONE_VFORK, SIGCHLD = 0x4000, 17',
  'clone = {"x86_64": 56, "aarch64": 220}[os.uname().machine]',
  'if ctypes.CDLL(None).syscall(clone, CLONE_VFORK | SIGCHLD, 0, 0, 0, 0) == 0:',
  '    zeros, page = open("/dev/zero", "rb", buffering=0), bytearray(1 << 24)',
  '    while time.process_time() < 2:',
  '        zeros.readinto(page)',
  '    os._exit(0)',
  'os.wait()',
];

test('who is interrupted inside the kernel, while somebody waits for a lock, starves nobody', async ({
  bench,
}) => {
  const loop = 'i=0; while [ $i -lt 3000 ]; do i=$((i+1)); done';
  const cases = await bench.caseFile({
    small_commands: [`n=0; while [ $n -lt 20 ]; do n=$((n+1)); sleep 0.01; ${loop}; done`],
    large_setup: ["cat > busy.py <<'END'", ...BUSY_IN_KERNEL, 'END'],
    large_commands: ['exec python3 busy.py'],
  });
  const { experiment } = await bench.compare([
    ...['--cases', cases, '--all', '--runs', '1', '--no-monitor', '--target', 'vm', '--cpus', '2'],
    ...['--short', '4', '--long', '5', '--schedulers', 'ctest_suite'],
  ]);
  expect(experiment.runs.map(({ status }) => status)).toEqual(['success', 'success']);
  for (const run of experiment.runs) {
    const trace = await readTrace(experiment.folder, run);
    const shares = sharesOfShorts(trace ?? expect.fail('no trace'));
    expect(shares.length, run.scheduler.name).toBeGreaterThan(2);
    expect(Math.min(...shares), run.scheduler.name).toBeGreaterThan(0.1);
  }
});

/**
 * Of the time in which the shorts could run, the part in which they did, in each whole second until
 * they had ended. Not of all that ran: on a busy machine they sleep for their files, too.
 */
function sharesOfShorts({ tasks, slices }: Trace): number[] {
  const ofShorts = slices.task.flatMap((task, slice) => {
    if (!tasks[task]?.startsWith('short')) return [];
    const timeS = (column: number[]) => (column[slice] ?? 0) / 1e6;
    return [
      {
        runnableS: timeS(slices.runnable_us),
        startS: timeS(slices.start_us),
        endS: timeS(slices.end_us),
      },
    ];
  });
  const overlapS = (from: number, to: number, second: number) =>
    Math.max(0, Math.min(to, second + 1) - Math.max(from, second));
  const seconds = Math.floor(Math.max(...ofShorts.map(({ endS }) => endS)));
  return Array.from({ length: seconds }, (_, second) => {
    const ranS = sum(ofShorts.map(({ startS, endS }) => overlapS(startS, endS, second)));
    const couldS = sum(ofShorts.map(({ runnableS, endS }) => overlapS(runnableS, endS, second)));
    return couldS > 0 ? ranS / couldS : 1;
  });
}

function sourcesIn(folder: string): string[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.bpf.c'))
    .toSorted();
}

function runOf(runs: readonly RunRecord[], name: string): RunRecord | undefined {
  return runs.find((run) => run.scheduler.name === name);
}
