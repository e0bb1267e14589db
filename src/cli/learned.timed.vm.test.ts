// SPDX-License-Identifier: Apache-2.0
// A scheduler that learns from run to run, and the file in which its loader keeps that.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { test, type Workbench } from './test-kit.ts';

const IN_GUEST = ['--target', 'vm', '--cpus', '2', '--all', '--no-monitor', '--warm-up', '1'];
/** The same program under the same name: only an argument tells the long task. */
const loop = (rounds: number) => [`exec sh -c "${LOOP}" ${rounds}`];
const LOOP = 'i=0; while [ \\$i -lt \\$0 ]; do i=\\$((i+1)); done';

const caseFile = (bench: Workbench) =>
  bench.caseFile({ small_commands: loop(15000), large_commands: loop(80000) });

test('knows the long task by its arguments once it has seen it, and then runs it first', async ({
  bench,
}) => {
  const earlier = await bench.file(
    'earlier.history',
    'schedlab.history/1\n0123456789abcdef 1 2 3 20000 00000000\nrubbish\n',
  );
  const { status, experiment } = await bench.compare([
    ...[...IN_GUEST, '--cases', await caseFile(bench), '--schedulers', 'learned', '--runs', '2'],
    ...['--history', earlier],
  ]);
  expect(status).toBe(0);
  const runs = experiment.runs.filter((run) => run.scheduler.name === 'learned');
  expect(runs.map((run) => run.warm_up ?? false).filter(Boolean)).toHaveLength(1);
  const [first, ...later] = runs.toSorted((a, b) => a.index - b.index);
  // It goes on without the damaged lines, and says so.
  expect(first?.scheduler.history).toEqual({ loaded: 0, damaged: 2 });
  expect(experiment.warnings.filter(({ code }) => code === 'history_damaged')).toHaveLength(1);
  const longWaitS = ({ observation }: (typeof runs)[number]) =>
    observation?.tasks.find(({ id }) => id === 'long-01')?.wait_s ?? Number.NaN;
  for (const run of later) {
    expect(run.scheduler.history?.loaded).toBeGreaterThan(2);
    expect(longWaitS(run)).toBeLessThan(0.3 * run.makespan_s);
  }
  const history = await readFile(join(experiment.folder, 'histories', 'learned.history'), 'utf8');
  expect(history).toMatch(/^schedlab\.history\/1\n([0-9a-f]{16} .+\n)+$/);
  // The long shell and what it execs, each by what it was and by what its exec asked for. The gate
  // used what all of them did; the lowest keys are no commands, the first is the average.
  const entries = history
    .split('\n')
    .slice(1, -1)
    .map((line) => line.split(' '))
    .map(([key, meanNs]) => ({ key: Number(`0x${key}`), meanNs: Number(meanNs) }));
  const averageNs = entries.find(({ key }) => key === 1)?.meanNs ?? Number.NaN;
  const large = entries
    .filter(({ key, meanNs }) => key >= 1 << 16 && meanNs > 2 * averageNs)
    .map(({ meanNs }) => meanNs);
  expect(large.filter((meanNs) => meanNs < 1.5 * Math.min(...large))).toHaveLength(4);
});

test('what is no history is refused before anything is started', async ({ bench }) => {
  const file = await bench.file('newer.history', 'schedlab.history/2\n');
  const { status, stderr } = await bench.run('run-scheduler-tests', [
    ...[
      ...IN_GUEST,
      '--cases',
      await caseFile(bench),
      '--schedulers',
      'learned',
      '--history',
      file,
    ],
  ]);
  expect(status).toBe(2);
  expect(stderr).toContain('its first line must be "schedlab.history/1"');
});
