// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { idealMakespan, worstListMakespan, worstListRatio } from './bounds.ts';
import { roundRobin } from './one-queue.ts';
import { disciplineOf, makespanUnder, POLICIES } from './policies.ts';
import { shorts } from './shorts.test-data.ts';
import { type Stretch, simulate } from './simulate.ts';

const SIMULATED = POLICIES.filter((policy) => policy !== 'fair' && policy !== 'ideal');

const anyTasks = fc.array(
  fc.record({ cpuTimeNs: fc.integer({ min: 1, max: 500_000_000 }), isLong: fc.boolean() }),
  { minLength: 1, maxLength: 40 },
);
const anyCpus = fc.integer({ min: 1, max: 9 });

test.each(SIMULATED)('%s: a schedule that could be run', (policy) => {
  fc.assert(
    fc.property(anyTasks, anyCpus, (tasks, cpus) => {
      const stretches: Stretch[] = [];
      const makespanNs = simulate(tasks, cpus, disciplineOf(policy, cpus), (stretch) =>
        stretches.push(stretch),
      );
      // No CPU runs two tasks at once, no task is on two CPUs at once.
      for (let cpu = 0; cpu < cpus; cpu++) {
        expectApart(stretches.filter((stretch) => stretch.cpu === cpu));
      }
      for (const [task, { cpuTimeNs }] of tasks.entries()) {
        const own = stretches.filter((stretch) => stretch.task === task);
        expectApart(own);
        // All its work is done, and no more.
        expect(own.reduce((sum, { startNs, endNs }) => sum + endNs - startNs, 0)).toBe(cpuTimeNs);
      }
      expect(stretches.every(({ cpu }) => cpu >= 0 && cpu < cpus)).toBe(true);
      expect(Math.max(...stretches.map(({ endNs }) => endNs))).toBe(makespanNs);
    }),
  );
});

test.each(SIMULATED)('%s: no CPU idles while a task waits', (policy) => {
  fc.assert(
    fc.property(anyTasks, anyCpus, (tasks, cpus) => {
      const stretches: Stretch[] = [];
      simulate(tasks, cpus, disciplineOf(policy, cpus), (stretch) => stretches.push(stretch));
      const idleSinceNs = Array.from({ length: cpus }, () => 0);
      for (const { cpu, startNs, endNs } of stretches) {
        // Each CPU works without a pause until there is nothing more for it.
        expect(startNs).toBe(idleSinceNs[cpu]);
        idleSinceNs[cpu] = endNs;
      }
      // From the first idle CPU on every task that is left runs, without a pause.
      const firstIdleNs = Math.min(...idleSinceNs);
      for (const task of tasks.keys()) {
        const own = stretches.filter((stretch) => stretch.task === task);
        const endNs = Math.max(...own.map((stretch) => stretch.endNs));
        const afterNs = own.reduce(
          (sum, stretch) =>
            sum + Math.max(0, stretch.endNs - Math.max(firstIdleNs, stretch.startNs)),
          0,
        );
        expect(afterNs).toBe(Math.max(0, endNs - firstIdleNs));
      }
    }),
  );
});

test.each(POLICIES)('%s: between the bound and what a list schedule can be at worst', (policy) => {
  fc.assert(
    fc.property(anyTasks, anyCpus, (tasks, cpus) => {
      const sizesS = tasks.map(({ cpuTimeNs }) => cpuTimeNs / 1e9);
      const bound = idealMakespan(sizesS, cpus);
      const makespan = makespanUnder(policy, tasks, cpus);
      expect(makespan).toBeGreaterThanOrEqual(bound - 1e-9);
      expect(makespan).toBeLessThanOrEqual(worstListMakespan(sizesS, cpus) + 1e-9);
      expect(makespan).toBeLessThanOrEqual(worstListRatio(cpus) * bound + 1e-9);
    }),
  );
});

test('turns that get short are ideal sharing', () => {
  fc.assert(
    fc.property(anyTasks, anyCpus, (tasks, cpus) => {
      const turnNs = 1e6;
      const makespanS = simulate(tasks, cpus, roundRobin(turnNs)) / 1e9;
      const fairS = makespanUnder('fair', tasks, cpus);
      // After each round all have had the same, give or take a turn; rounds have at most 40 turns.
      expect(Math.abs(makespanS - fairS)).toBeLessThan((40 * turnNs) / 1e9);
    }),
    { numRuns: 30 },
  );
});

test('round robin, by hand', () => {
  // 2 CPUs, turns of 20: a b | c a | b c, 3 · 40 / 2.
  expect(simulate(shorts(40, 40, 40), 2, roundRobin(20))).toBe(60);
  // a b | c a: at 30 a ends, at 40 c's turn, and as nobody waits it then goes on to its end.
  const stretches: Stretch[] = [];
  simulate(shorts(30, 20, 60), 2, roundRobin(20), (stretch) => stretches.push(stretch));
  expect(stretches).toEqual([
    { cpu: 0, task: 0, startNs: 0, endNs: 20 },
    { cpu: 1, task: 1, startNs: 0, endNs: 20 },
    { cpu: 1, task: 0, startNs: 20, endNs: 30 },
    { cpu: 0, task: 2, startNs: 20, endNs: 40 },
    { cpu: 0, task: 2, startNs: 40, endNs: 80 },
  ]);
});

test('a queue for each CPU, by hand', () => {
  const stretches: Stretch[] = [];
  // In turns of 4 ms, CPU 0 has a: 8, c: 2, e: 2; CPU 1 has b: 1, d: 1.
  const tasks = shorts(8, 1, 2, 1, 2).map(({ cpuTimeNs }) => cpuTimeNs * 4e6);
  simulate(shorts(...tasks), 2, disciplineOf('fair_per_cpu', 2), (stretch) =>
    stretches.push(stretch),
  );
  const turnsOf = (wanted: number) =>
    stretches
      .filter(({ cpu }) => cpu === wanted)
      .map(({ task, startNs, endNs }) => ['abcde'[task], startNs / 4e6, endNs / 4e6]);
  expect(turnsOf(0)).toEqual([
    ['a', 0, 1],
    ['c', 1, 2],
    ['e', 2, 3],
    ['c', 3, 4],
    ['e', 4, 5],
  ]);
  // At 2 it has nothing left and pulls who has waited longest on CPU 0: a, which it keeps.
  expect(turnsOf(1)).toEqual([
    ['b', 0, 1],
    ['d', 1, 2],
    ['a', 2, 3],
    ['a', 3, 4],
    ['a', 4, 9],
  ]);
});

test('the long task first and the shorts beside it, or last and alone', () => {
  const tasks = [...shorts(20, 20, 20, 20, 20), { cpuTimeNs: 100, isLong: true }].map((task) => ({
    ...task,
    cpuTimeNs: task.cpuTimeNs * 1e6,
  }));
  expect(makespanUnder('longest_first', tasks, 2)).toBe(0.1);
  expect(makespanUnder('fifo_to_completion', tasks, 2)).toBe(0.14);
  // Six share two CPUs until the shorts have had 20 each: 60, and 80 more of the long one.
  expect(makespanUnder('fair', tasks, 2)).toBeCloseTo(0.14, 9);
  expect(makespanUnder('ideal', tasks, 2)).toBe(0.1);
});

test('1000 tasks on 64 CPUs are as many turns as their work has, and one more each at most', () => {
  const tasks = shorts(...Array.from({ length: 1000 }, (_, place) => 1e9 + place));
  let turns = 0;
  simulate(tasks, 64, disciplineOf('fifo', 64), () => turns++);
  expect(turns).toBeLessThanOrEqual(1000 * (1e9 / 20e6 + 1));
  expect(turns).toBeGreaterThan(1000);
});

function expectApart(stretches: readonly Stretch[]): void {
  const sorted = stretches.toSorted((a, b) => a.startNs - b.startNs || a.endNs - b.endNs);
  for (const [place, { startNs, endNs }] of sorted.entries()) {
    expect(endNs).toBeGreaterThan(startNs);
    expect(startNs).toBeGreaterThanOrEqual(sorted[place - 1]?.endNs ?? 0);
  }
}
