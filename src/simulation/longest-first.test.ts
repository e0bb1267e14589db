// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { disciplineOf, makespanUnder } from './policies.ts';
import { shorts } from './shorts.test-data.ts';
import { type Stretch, simulate } from './simulate.ts';

test('longest first shares the CPUs at the end, so that the last tasks end together', () => {
  // Three of 1 s on two CPUs: to the end of each it takes 2 s; in turns 1.5 s and a turn or so.
  const tasks = shorts(1e9, 1e9, 1e9);
  expect(makespanUnder('lpt', tasks, 2)).toBe(2);
  const makespanS = makespanUnder('longest_first', tasks, 2);
  expect(makespanS).toBeGreaterThanOrEqual(1.5);
  expect(makespanS).toBeLessThan(1.55);
});

test('a long task makes room for one that has much more left', () => {
  const long = (cpuTimeNs: number) => ({ cpuTimeNs, isLong: true });
  const stretches: Stretch[] = [];
  simulate([long(1e9), long(0.9e9)], 1, disciplineOf('longest_first', 1), (stretch) =>
    stretches.push(stretch),
  );
  // 0.9 > 9/8 · left, so when 0.8 or less is left: after 200 ms of turns of 50 ms it is not, at 250 it is.
  expect(stretches.findIndex(({ task }) => task === 1)).toBe(5);
});

test.each([
  // One waits for one CPU, that is many: it has 90, more than twice what is left after 60 of 100.
  { sizesMs: [100, 90], cpus: 1, startMs: 60 },
  // One waits for two CPUs: its 80 are more than 9/8 of what is left after 40 of 100.
  { sizesMs: [100, 95, 80], cpus: 2, startMs: 40 },
])(
  'a short task makes room later while many wait: $sizesMs on $cpus',
  ({ sizesMs, cpus, startMs }) => {
    const starts: number[] = [];
    const tasks = shorts(...sizesMs.map((sizeMs) => sizeMs * 1e6));
    simulate(tasks, cpus, disciplineOf('longest_first', cpus), ({ task, startNs }) => {
      if (task === sizesMs.length - 1) starts.push(startNs / 1e6);
    });
    expect(starts[0]).toBe(startMs);
  },
);
