// SPDX-License-Identifier: Apache-2.0
// Every way for a scheduler to be bad is a result with a name, and the machine stays as it was.
import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { packageRoot } from '../core/paths.ts';
import { planRuns } from '../experiment/plan.ts';
import type { DiagnosisCode, RunRecord } from '../results/run-record.ts';
import { buildTestSchedulers, makeSchedulers, test } from './test-kit.ts';

/** It takes its guest with it; faults.vm.test.ts has it. */
const LOCKS_UP = 'locks_up';

/** Each other file of schedulers/hostile/, its diagnosis, and whether its run counts. */
const EXPECTED: Record<string, readonly [DiagnosisCode[], RunRecord['status'][]]> = {
  rejected_by_verifier: [['verifier_null_pointer'], ['failed']],
  unbounded_index: [['verifier_unbounded_index'], ['failed']],
  kfunc_not_allowed: [['verifier_kfunc_not_allowed'], ['failed']],
  endless_loop: [['verifier_too_complex'], ['failed']],
  stack_too_large: [['verifier_stack_too_large'], ['failed']],
  reference_kept: [['verifier_reference_kept'], ['failed']],
  never_attaches: [['attach_refused'], ['failed']],
  init_fails: [['init_failed'], ['failed']],
  // These end at once, which is before the tasks are released or just after.
  errors_out: [['reported_error'], ['failed', 'invalid']],
  cpu_not_there: [['cpu_not_there'], ['failed', 'invalid']],
  dsq_not_there: [['dsq_not_there'], ['failed', 'invalid']],
  misuses_dispatch: [['runtime_error'], ['failed', 'invalid']],
  never_dispatches: [
    ['queue_not_served', 'task_starved'],
    ['failed', 'invalid'],
  ],
  forgets_queue: [['queue_not_served'], ['invalid']],
  starves_one: [['task_starved'], ['invalid']],
  comes_back: [['left_by_itself'], ['invalid']],
  leaks_dsqs: [['kernel_memory_held'], ['success']],
  idles: [['idle_while_waiting'], ['success']],
  costly: [['callbacks_costly'], ['success']],
};

test('each bad scheduler is named as what it is, and a good one runs after all of them', async ({
  bench,
}) => {
  const sources = readdirSync(join(packageRoot, 'schedulers', 'hostile'));
  expect(sources.map((file) => file.replace(/\.bpf\.c$/, ''))).toEqual(
    [...Object.keys(EXPECTED), LOCKS_UP].toSorted(),
  );
  const objects = await buildTestSchedulers('hostile');
  const loader = join(await makeSchedulers(['build/loader']), 'loader');
  const object = (name: string) => join(objects, `${name}.bpf.o`);
  const restarting = `cmd:${loader} ${object('comes_back')}; exec ${loader} ${object('comes_back')} stays=1`;
  const bad = Object.keys(EXPECTED);

  const loop = (rounds: number) => `i=0; while [ $i -lt ${rounds} ]; do i=$((i+1)); done`;
  const cases = await bench.caseFile({
    small_commands: [loop(40_000)],
    // Long enough for a scheduler to be loaded again meanwhile.
    large_commands: ['sleep 4', loop(20_000)],
  });
  const { experiment } = await bench.compare([
    ...['--cases', cases, '--all', '--runs', '1', '--no-monitor', '--callback-times'],
    ...['--seed', String(seedThatEndsWith('fifo', ['default', ...bad, restarting, 'fifo']))],
    ...['--target', 'vm', '--cpus', '2'],
    ...['--schedulers', bad.map(object).join(',')],
    ...['--schedulers', restarting, '--schedulers', 'fifo'],
  ]);

  const found = experiment.runs.map(({ scheduler, diagnosis, status }) => [
    scheduler.name,
    diagnosis?.code ?? null,
    status,
  ]);
  const oneOf = (words: readonly string[]) => expect.stringMatching(`^(${words.join('|')})$`);
  expect(found).toEqual([
    ['default', null, 'success'],
    ...Object.entries(EXPECTED).map(([name, [codes, statuses]]) => [
      name,
      oneOf(codes),
      oneOf(statuses),
    ]),
    [restarting, 'came_back', 'invalid'],
    ['fifo', null, 'success'],
  ]);
  expect(new Set(experiment.runs.map(({ boot }) => boot))).toEqual(new Set([0]));
  expect(Math.max(...experiment.runs.map(({ index }) => index))).toBe(
    experiment.runs.at(-1)?.index,
  );

  const report = await readFile(join(experiment.folder, 'report.md'), 'utf8');
  for (const [[code]] of Object.values(EXPECTED)) expect(report).toContain(`\`${code}\``);
  expect(report).toContain('failed to run for');
}, 450_000);

/** So that the arm of that name is the last one to run. */
function seedThatEndsWith(last: string, schedulers: readonly string[]): number {
  for (let seed = 1; ; seed++) {
    const size = { blocks: 1, warmUps: 0, seed };
    const runs = planRuns([{ testId: 'loops', schedulers }], [], size);
    if (runs.at(-1)?.scheduler === last) return seed;
  }
}
