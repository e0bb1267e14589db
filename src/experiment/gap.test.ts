// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import type { TaskRecord } from '../results/run-record.ts';
import { explainGap } from './gap.ts';
import type { Stretch } from './stretches.ts';

const S = 1e9;
const stretch = (task: number, runnable: number, start: number, end: number): Stretch => ({
  task,
  cpu: 0,
  runnableNs: runnable * S,
  startNs: start * S,
  endNs: end * S,
  preempted: false,
  migrated: false,
});
const tasks = (...ends: [TaskRecord['class'], number][]) =>
  ends.map(([taskClass, end_s]) => ({ class: taskClass, end_s })) as TaskRecord[];

function explain(stretches: readonly Stretch[], ofTasks: readonly TaskRecord[]) {
  const run = { makespan_s: 20, lower_bound_s: 12, tasks: ofTasks };
  return explainGap(run, stretches, { idle_while_waiting_s: 2 }, 4);
}

test('the long task that ended last counts: its late start and its later waits', () => {
  const stretches = [stretch(1, 0, 0, 9), stretch(2, 0, 3, 5), stretch(2, 6, 7, 20)];
  const gap = explain(stretches, tasks(['short', 20], ['long', 9], ['long', 20]));
  expect(gap).toEqual({
    late_start_s: 3,
    long_wait_s: 1,
    idle_while_waiting_s: 0.5,
    rest_s: 3.5,
  });
});

test('a task of several threads waits when none of them runs', () => {
  const stretches = [
    stretch(0, 0, 1, 4),
    // Waits from 2 to 6; from 4 on no other thread runs.
    stretch(0, 2, 6, 8),
    stretch(0, 5, 7, 9),
  ];
  expect(explain(stretches, tasks(['long', 9]))).toMatchObject({ late_start_s: 1, long_wait_s: 2 });
});

test('without a long task there is only the idle time', () => {
  const gap = explain([stretch(0, 0, 3, 20)], tasks(['short', 20]));
  expect(gap).toEqual({ late_start_s: 0, long_wait_s: 0, idle_while_waiting_s: 0.5, rest_s: 7.5 });
});

test('a task that was released later started late only from then on', () => {
  const released = [{ class: 'long', end_s: 20, release_s: 5 }] as TaskRecord[];
  const gap = explain([stretch(0, 5, 7, 20)], released);
  expect(gap).toMatchObject({ late_start_s: 2, long_wait_s: 0 });
});
