// SPDX-License-Identifier: Apache-2.0
import { readFile, writeFile } from 'node:fs/promises';
import { expect } from 'vitest';
import type { RunRecord } from '../results/run-record.ts';
import { test } from './test-kit.ts';

const cpuS = ({ user_s, system_s }: RunRecord['tasks'][number]) => user_s + system_s;

test('mixes of programs and of sizes run as planned under any scheduler, with the right results', async ({
  bench,
}) => {
  const { status, experiment } = await bench.compare([
    ...['--test', 'neutral_mix,heavy_tail', '--schedulers', 'fifo'],
    ...['--target', 'vm', '--runs', '1', '--scale', '0.5'],
  ]);
  expect(experiment.runs.flatMap((run) => run.invalid_reasons)).toEqual([]);
  expect(experiment.runs.map((run) => [run.test_id, run.scheduler.name, run.status])).toEqual([
    ['neutral_mix', 'default', 'success'],
    ['neutral_mix', 'fifo', 'success'],
    ['heavy_tail', 'default', 'success'],
    ['heavy_tail', 'fifo', 'success'],
  ]);
  expect(status).toBe(0);
  const counts = experiment.plan.cases.map((planned) => [planned.short_tasks, planned.long_tasks]);
  expect(counts).toEqual([
    [39, 1],
    [90, 10],
  ]);
  for (const run of experiment.runs) {
    expect(run.proof.output_checked).toBe(true);
    const planned = experiment.plan.cases.find(({ test_id }) => test_id === run.test_id);
    expect(run.tasks.map(({ id }) => id)).toEqual(planned?.tasks?.map(({ id }) => id));
    // The longs are what takes long, wherever they stand.
    const longest = run.tasks.toSorted((a, b) => cpuS(b) - cpuS(a));
    expect(longest[0]?.class).toBe('long');
  }
  // Every task of a group does the same: 10 amounts of work; 100 drawn sizes are more.
  const amounts = experiment.calibration.map(
    ({ task_units = {} }) => new Set(Object.values(task_units)).size,
  );
  expect(amounts[0]).toBeLessThanOrEqual(10);
  expect(amounts[1]).toBeGreaterThan(30);
});

test('counts of its own are listed and cannot be changed; a case without a scheduler says so', async ({
  bench,
}) => {
  const listed = await bench.run('evaluate', ['--list', '--json']);
  const { cases } = JSON.parse(listed.stdout);
  const counts = new Map<string, number[]>(
    cases.map((entry: Record<string, unknown>) => [
      entry.id,
      [entry.short_tasks, entry.long_tasks],
    ]),
  );
  expect(counts.get('ctest_suite')).toEqual([39, 1]);
  expect(counts.get('heavy_tail')).toEqual([90, 10]);
  const changed = await bench.run('evaluate', ['--test', 'heavy_tail', '--short', '5']);
  expect(changed.status).toBe(2);
  expect(changed.stderr).toMatch(/90 short and 10 long tasks by its "mix".*--short/);
  const file = await bench.caseFile();
  const alone = await bench.run('run-scheduler-tests', ['--cases', file, '--all']);
  expect(alone.status).toBe(2);
  expect(alone.stderr).toMatch(
    /no scheduler loops to compare.*--schedulers[\s\S]*There are: default/,
  );
});

test('a case without a scheduler is left out of the others with a warning, and nothing fails', async ({
  bench,
}) => {
  const file = await bench.caseFile({ scheduler: 'policy:idle' });
  const document = JSON.parse(await readFile(file, 'utf8'));
  const [first] = document.test_cases;
  document.test_cases.push({ ...first, id: 'other', scheduler: 'no_such_scheduler' });
  await writeFile(file, JSON.stringify(document));
  const { status, experiment } = await bench.compare([
    ...['--cases', file, '--all', '--target', 'host', '--runs', '1', '--no-monitor'],
  ]);
  expect(status).toBe(0);
  expect(experiment.runs.map((run) => [run.test_id, run.scheduler.name])).toEqual([
    ['loops', 'default'],
    ['loops', 'policy:idle'],
  ]);
  const warning = experiment.warnings.find(({ code }) => code === 'case_without_scheduler');
  expect(warning?.message).toMatch(/case other was left out: .* no_such_scheduler .*--schedulers/);
});
