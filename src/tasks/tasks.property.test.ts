// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { expect } from 'vitest';
import { anyJson, mutated, property, textLike } from '../core/arbitrary.test-data.ts';
import { heldTasks } from './gate.ts';
import { parsePids } from './sampler.ts';

const SCHEDULING = { policy: 'other', nice: 0, rt_priority: 0 };
const READY = {
  ...{ event: 'ready', realtime: true, fixed_layout: true },
  held: [
    { pid: 12, scheduling: SCHEDULING, error: null },
    { pid: 13, scheduling: SCHEDULING, error: 'EPERM' },
  ],
};

property(
  'the gate holds as many processes as it was given',
  fc.oneof(mutated(READY), anyJson),
  (line) => {
    const held = heldTasks((line ?? {}) as Record<string, unknown>, 2);
    if (held === null) return;
    expect(held).toHaveLength(2);
    for (const { pid } of held) expect(Number.isSafeInteger(pid) && pid > 0).toBe(true);
  },
);

property('children are numbers of processes', textLike('12 4194304 ', ''), (text) => {
  for (const pid of parsePids(text)) expect(Number.isSafeInteger(pid) && pid >= 0).toBe(true);
});
