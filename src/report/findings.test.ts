// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import type { StoredRun } from '../results/read.ts';
import { findings, shortDump, whyInvalid } from './findings.ts';

const STALL = { code: 'task_starved', words: 'It starves a task: sh', advice: 'Do not.' } as const;

function runOf(index: number, name: string, more: Partial<StoredRun> = {}): StoredRun {
  const proof = { exit: index === 1 ? null : { by: 'kernel', kind: 1026, dump: `dump ${index}` } };
  return { index, scheduler: { name }, invalid_reasons: [], proof, ...more } as StoredRun;
}

test('says of each scheduler what was found, once for all the runs that show it', () => {
  const runs = [
    runOf(0, 'default'),
    runOf(1, 'a', { diagnosis: STALL }),
    runOf(2, 'b', { diagnosis: STALL }),
    runOf(3, 'a', { diagnosis: { ...STALL, words: 'It starves a task: cc1' } }),
    runOf(4, 'a', { diagnosis: { ...STALL, code: 'ejected' } }),
  ];
  expect(findings(runs)).toMatchObject([
    { scheduler: 'a', diagnosis: STALL, runs: [1, 3], dump: 'dump 3' },
    { scheduler: 'b', runs: [2], dump: 'dump 2' },
    { scheduler: 'a', diagnosis: { code: 'ejected' }, runs: [4] },
  ]);
});

test('a shortened dump has the tasks, without backtraces and counters', () => {
  const dump = `x: root
  runnable task stall (sh[1] failed to run for 3.200s)

Backtrace:
  scx_watchdog_workfn+0x1b6/0x260
  ret_from_fork_asm+0x1a/0x30

CPU 0   : nr_run=1

  R sh[1] *root -3200ms
      cpus=3 no_mig=0

    exc_page_fault+0x80/0x1a0

CPU 1   : nr_run=0

Event counters
--------------
   SCX_EV_REENQ_IMMED:     0
`;
  expect(shortDump(dump)).toBe(`x: root
  runnable task stall (sh[1] failed to run for 3.200s)

CPU 0   : nr_run=1

  R sh[1] *root -3200ms
      cpus=3 no_mig=0

CPU 1   : nr_run=0`);
});

test('the diagnosis stands for the reasons that it explains, and for no others', () => {
  const reasons = [
    'scheduler_rejected: 200 lines of log',
    'timeout: the tasks did not end in time',
  ];
  expect(whyInvalid({ invalid_reasons: reasons, diagnosis: STALL })).toEqual([
    'task_starved: It starves a task: sh',
    'timeout: the tasks did not end in time',
  ]);
  expect(whyInvalid({ invalid_reasons: reasons })).toEqual(reasons);
  // The run is invalid for another reason than what was seen of its scheduler.
  const failed = ['task_failed: short-01 exited with 3'];
  expect(whyInvalid({ invalid_reasons: failed, diagnosis: STALL })).toEqual(failed);
});
