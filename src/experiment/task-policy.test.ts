// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import type { Scheduling } from '../results/run-record.ts';
import { parsePolicy } from '../scheduler/policy.ts';
import { policyRefusal, withPolicy } from './task-policy.ts';

const TASKS = (['short', 'short', 'long'] as const).map((taskClass, index) => ({
  id: `${taskClass}-${index}`,
  class: taskClass,
  folder: '/nowhere',
  environment: {},
  releaseS: 0,
  command: ['true'],
  wantsOutput: false,
}));
const FAIR: Scheduling = { policy: 'other', nice: 0, rt_priority: 0 };
const IDLE: Scheduling = { ...FAIR, policy: 'idle' };
const held = (scheduling: Scheduling) => ({ pid: 1, scheduling, error: null });

test('a policy is for one class and leaves the other alone', () => {
  expect(withPolicy(TASKS, parsePolicy('nice=-5')).map((task) => task.scheduling)).toEqual([
    undefined,
    undefined,
    { ...FAIR, nice: -5 },
  ]);
  expect(withPolicy(TASKS, parsePolicy('idle')).map((task) => task.scheduling)).toEqual([
    IDLE,
    IDLE,
    undefined,
  ]);
});

test('what was read back must be what was wanted, error or not', () => {
  const tasks = withPolicy(TASKS, parsePolicy('idle'));
  const idle = held(IDLE);
  expect(policyRefusal(tasks, [idle, idle, held(FAIR)])).toBeNull();
  expect(policyRefusal(tasks, [idle, held(FAIR), held(FAIR)])).toBe(
    'short-1 has policy other, nice 0, real-time priority 0 ' +
      'instead of policy idle, nice 0, real-time priority 0',
  );
  const refused = { ...held(FAIR), error: 'Operation not permitted' };
  expect(policyRefusal(tasks, [refused, refused, held(FAIR)])).toMatch(
    /^short-0 has .*\(Operation not permitted\), and 1 more$/,
  );
});

test('without a policy anything will do', () => {
  expect(
    policyRefusal(
      TASKS,
      TASKS.map(() => held(FAIR)),
    ),
  ).toBeNull();
});
