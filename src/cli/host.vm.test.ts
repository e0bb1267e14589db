// SPDX-License-Identifier: Apache-2.0
// Measuring on a host that has sched_ext and control groups of version 2: inside a guest, as root.
import { join } from 'node:path';
import { expect } from 'vitest';
import { packageRoot } from '../core/paths.ts';
import { makeSchedulers, runInGuest, test } from './test-kit.ts';

test("another's scheduler is left alone; --replace puts it back, and a killed experiment leaves nothing", async ({
  bench,
}) => {
  const built = await makeSchedulers(['build/loader', 'build/fifo.bpf.o']);
  const cases = await bench.caseFile();
  const compare = [
    `node ${join(packageRoot, 'dist/run-scheduler-tests.js')} --cases ${cases} --all --json`,
    '--target host --no-monitor --no-observer --warm-up 0 --schedulers default --runs 1 --out /tmp/r',
  ].join(' ');
  const { stdout, stderr, status } = await runInGuest(
    bench.folder,
    `
      export PATH=${process.execPath.replace(/\/node$/, '')}:$PATH
      cd /tmp
      state() { echo "$1: $(cat /sys/kernel/sched_ext/state) $(cat /sys/kernel/sched_ext/root/ops 2>&1)"; }
      ${join(built, 'loader')} ${join(built, 'fifo.bpf.o')} >/tmp/fifo &
      until grep -q attached /tmp/fifo; do sleep 0.1; done
      ${compare} >/tmp/refused 2>/tmp/why && echo 'not refused'
      cat /tmp/why
      state 'after the refusal'
      ${compare} --replace >/tmp/answer || echo "replacing failed: $?"
      cat /tmp/answer >&2
      state 'after the replacement'
      pkill -INT loader
      until [ "$(cat /sys/kernel/sched_ext/state)" = disabled ]; do sleep 0.1; done
      ${compare.replace('--runs 1', '--runs 100')} >/dev/null 2>/tmp/said &
      until grep -q '^run 2' /tmp/said; do sleep 0.1; done
      kill -KILL $!
      sleep 5
      ps -eo args | grep -E 'gate|executor|schedlab|while .* -lt' | grep -v -e grep -e in-guest -e "$0" || echo 'no process'
      ls -d /tmp/schedlab-* /sys/fs/cgroup/schedlab-* 2>/dev/null || echo 'no folder or group'
      `,
  );
  expect(status, `${stdout}\n${stderr}`).toBe(0);
  expect(stdout).toContain('A scheduler that is not ours is loaded on this machine: fifo');
  expect(stdout).not.toContain('not refused');
  expect(stdout).toContain('after the refusal: enabled fifo');
  expect(stdout).not.toContain('replacing failed');
  expect(stdout).toContain('after the replacement: enabled fifo');
  const experiment = JSON.parse(stderr.slice(stderr.indexOf('{')));
  expect(experiment.place.target).toBe('host');
  expect(experiment.runs.map((run: { status: string }) => run.status)).toEqual([
    'success',
    'success',
  ]);
  const codes = experiment.warnings.map(({ code }: { code: string }) => code);
  expect(codes).not.toContain('no_task_limits');
  expect(codes).not.toContain('scheduler_not_restored');
  expect(stdout).toContain('no process');
  expect(stdout).toContain('no folder or group');
});
