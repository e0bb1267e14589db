// SPDX-License-Identifier: Apache-2.0
// Arms that are no scheduler of ours: programs that bring one, and policies of the kernel's own.
import { join } from 'node:path';
import { beforeAll, expect } from 'vitest';
import { makeSchedulers, test } from './test-kit.ts';

const IN_GUEST = ['--target', 'vm', '--cpus', '2', '--all', '--runs', '1', '--no-monitor'];

/** Our own loader, as somebody else's program. */
let command: string;

beforeAll(async () => {
  const built = await makeSchedulers(['build/loader', 'build/fifo.bpf.o']);
  command = `cmd:${join(built, 'loader')} ${join(built, 'fifo.bpf.o')}`;
});

test('policies and a program are arms beside the default, each proven', async ({ bench }) => {
  const { status, experiment } = await bench.compare([
    ...[...IN_GUEST, '--cases', await bench.caseFile()],
    ...['--schedulers', 'policy:nice=-20,policy:fifo,policy:idle', '--schedulers', command],
  ]);
  expect(experiment.runs.flatMap((run) => run.invalid_reasons)).toEqual([]);
  expect(status).toBe(0);
  expect(experiment.summaries.map((summary) => summary.scheduler)).toEqual([
    ...['default', 'policy:nice=-20', 'policy:fifo', 'policy:idle', command],
  ]);
  const fair = { policy: 'other', nice: 0, rt_priority: 0 };
  const [baseline, nice, fifo, idle, program] = experiment.runs.map(
    ({ scheduler, proof, tasks }) => ({
      ops: scheduler.ops,
      before: proof.before.state,
      after: proof.after.state,
      exit: proof.exit?.by ?? null,
      short: tasks[0]?.scheduling,
      long: tasks.at(-1)?.scheduling,
    }),
  );
  const own = { ops: null, before: 'disabled', after: 'disabled', exit: null };
  expect(baseline).toEqual({ ...own, short: fair, long: fair });
  expect(nice).toEqual({ ...own, short: fair, long: { ...fair, nice: -20 } });
  expect(fifo).toEqual({ ...own, short: fair, long: { policy: 'fifo', nice: 0, rt_priority: 1 } });
  expect(idle).toEqual({ ...own, short: { ...fair, policy: 'idle' }, long: fair });
  const enabled = { ops: 'fifo', before: 'enabled', after: 'enabled', exit: 'user' };
  expect(program).toEqual({ ...enabled, short: fair, long: fair });
});

test('programs that fail say why, and nothing of them is left for the next run', async ({
  bench,
}) => {
  const loop = 'i=0; while [ $i -lt 50000 ]; do i=$((i+1)); done';
  const cases = await bench.caseFile({
    large_commands: ['if pgrep -x sleep; then exit 9; fi', 'pkill -KILL -x loader || :', loop],
  });
  const { status, experiment } = await bench.compare([
    ...[...IN_GUEST, '--cases', cases, '--timeout', '10'],
    ...['--schedulers', 'cmd:echo no luck, sorry; false', '--schedulers', 'cmd:sleep 1000'],
    // Ends in the middle of its run, because the task kills it.
    ...['--schedulers', `${command}; echo ended`],
  ]);
  expect(status).toBe(1);
  expect(experiment.runs.map((run) => run.status)).toEqual([
    ...['success', 'failed', 'failed', 'invalid'],
  ]);
  const [, failing, hanging, dying] = experiment.runs.map((run) => run.invalid_reasons);
  expect(failing).toEqual([
    'scheduler_rejected: the program exited with 1 and no scheduler was attached: no luck, sorry',
  ]);
  expect(hanging).toEqual(['scheduler_rejected: no scheduler attached in 10 s']);
  expect(dying?.[0]).toMatch(/^scheduler_ejected: fifo/);
  expect(dying?.[1]).toMatch(/^scheduler_exit: the program exited with 0 by itself: .*ended$/s);
  expect(experiment.runs[3]?.tasks.at(-1)?.exit_code).toBe(0);
});

test('what cannot be an arm is wrong usage, before anything is started', async ({ bench }) => {
  for (const [arm, message] of [
    ['policy:realtime', /No policy "realtime". There are: nice=N/],
    ['cmd:', /No program stands behind "cmd:"/],
  ] as const) {
    const args = ['--test', 'ctest_suite', '--target', 'vm', '--schedulers', arm];
    const { status, stderr } = await bench.run('run-scheduler-tests', args);
    expect(status).toBe(2);
    expect(stderr).toMatch(message);
  }
});
