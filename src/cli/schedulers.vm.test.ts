// SPDX-License-Identifier: Apache-2.0
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../core/paths.ts';
import type { RunRecord } from '../results/run-record.ts';
import { listSchedulers } from '../scheduler/build.ts';
import { DEFAULT_SCHEDULER } from '../scheduler/spec.ts';
import { buildTestSchedulers, Workbench } from './test-kit.ts';

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
test('every scheduler, spelling and object loads and survives a case that it was not made for', async () => {
  const ours = (await listSchedulers(SCHEDULERS)).filter((name) => name !== DEFAULT_SCHEDULER);
  const compat = join(SCHEDULERS, 'compat-tests');
  const spellings = sourcesIn(compat).filter((file) => file.startsWith('spelling_'));
  const objects = await buildTestSchedulers('compat-tests');
  const bench = await Workbench.create();
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

  // Not what was asked for, but what the kernel holds.
  const tunablesOf = (name: string) => runOf(experiment.runs, name)?.scheduler.tunables;
  expect(tunablesOf('fifo')).toBeUndefined();
  expect(tunablesOf('fifo:slice_us=0x1b58')).toEqual(['slice_us=7000']);
  expect(tunablesOf('constants_and_tracing:wanted=-7')).toEqual(['wanted=-7']);

  expect(stderr).toMatch(/constants_and_tracing:wanted=-7 .*SCX_NO_SUCH_CONSTANT/);
  expect(experiment.warnings.map(({ code }) => code)).toContain('missing_constants');
  expect(bench.leftovers()).toEqual([]);
  await bench.remove();
});

function sourcesIn(folder: string): string[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.bpf.c'))
    .toSorted();
}

function runOf(runs: readonly RunRecord[], name: string): RunRecord | undefined {
  return runs.find((run) => run.scheduler.name === name);
}
