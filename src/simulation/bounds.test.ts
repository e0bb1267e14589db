// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { idealMakespan, worstListMakespan, worstListRatio, worstLptRatio } from './bounds.ts';
import { makespanUnder } from './policies.ts';

const seconds = (...sizesS: number[]) =>
  sizesS.map((sizeS) => ({ cpuTimeNs: sizeS * 1e9, isLong: false }));

test('the longest task or the whole work, whichever is more', () => {
  expect(idealMakespan([7, 1, 1], 2)).toBe(7);
  expect(idealMakespan([3, 3, 3], 2)).toBe(4.5);
  expect(idealMakespan([], 2)).toBe(0);
});

test("McNaughton's rule reaches the bound with a schedule that could be run", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 30 }),
      fc.integer({ min: 1, max: 9 }),
      (drawn, cpus) => {
        // Multiples of the CPUs, so that total / CPUs is a whole number.
        const sizes = drawn.map((size) => size * cpus);
        const bound = idealMakespan(sizes, cpus);
        const parts = wrapAround(sizes, bound);
        expect(Math.max(...parts.map(({ cpu }) => cpu))).toBeLessThan(cpus);
        for (const [task, size] of sizes.entries()) {
          const own = parts.filter((part) => part.task === task);
          expect(own.reduce((sum, { start, end }) => sum + end - start, 0)).toBe(size);
          const [first, second] = own;
          // Its second part runs on the next CPU, before the first.
          if (first && second) expect(second.end).toBeLessThanOrEqual(first.start);
        }
      },
    ),
  );
});

test("Graham's worst list: m(m − 1) tasks of 1, then one of m", () => {
  for (const cpus of [2, 3, 8]) {
    const sizes = [...Array.from({ length: cpus * (cpus - 1) }, () => 1), cpus];
    expect(idealMakespan(sizes, cpus)).toBe(cpus);
    expect(makespanUnder('fifo_to_completion', seconds(...sizes), cpus)).toBe(2 * cpus - 1);
    expect(worstListMakespan(sizes, cpus)).toBeCloseTo(2 * cpus - 1, 9);
    expect(worstListRatio(cpus)).toBeCloseTo((2 * cpus - 1) / cpus, 9);
  }
});

test("Graham's worst cases for longest processing time first", () => {
  expect(makespanUnder('lpt', seconds(3, 3, 2, 2, 2), 2)).toBe(7);
  expect(bestWithoutPreemption([3, 3, 2, 2, 2], 2)).toBe(6);
  expect(worstLptRatio(2)).toBeCloseTo(7 / 6, 12);
  expect(makespanUnder('lpt', seconds(5, 5, 4, 4, 3, 3, 3), 3)).toBe(11);
  expect(bestWithoutPreemption([5, 5, 4, 4, 3, 3, 3], 3)).toBe(9);
  expect(worstLptRatio(3)).toBeCloseTo(11 / 9, 12);
});

test('longest processing time first is within its bound of the best without preemption', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 7 }),
      fc.integer({ min: 1, max: 4 }),
      (sizes, cpus) => {
        const best = bestWithoutPreemption(sizes, cpus);
        const makespan = makespanUnder('lpt', seconds(...sizes), cpus);
        expect(makespan).toBeGreaterThanOrEqual(best);
        expect(makespan).toBeLessThanOrEqual(worstLptRatio(cpus) * best + 1e-9);
      },
    ),
  );
});

/** Fills one CPU after the other up to `bound`. */
function wrapAround(sizes: readonly number[], bound: number) {
  const parts: { task: number; cpu: number; start: number; end: number }[] = [];
  let cpu = 0;
  let start = 0;
  for (const [task, size] of sizes.entries()) {
    for (let left = size; left > 0; ) {
      const end = Math.min(bound, start + left);
      parts.push({ task, cpu, start, end });
      left -= end - start;
      if (end === bound) cpu++;
      start = end === bound ? 0 : end;
    }
  }
  return parts;
}

/** Tries every assignment. */
function bestWithoutPreemption(sizes: readonly number[], cpus: number): number {
  const loads = Array.from({ length: cpus }, () => 0);
  const assign = (place: number): number => {
    const size = sizes[place];
    if (size === undefined) return Math.max(...loads);
    let best = Number.POSITIVE_INFINITY;
    for (let cpu = 0; cpu < cpus; cpu++) {
      loads[cpu] = (loads[cpu] as number) + size;
      best = Math.min(best, assign(place + 1));
      loads[cpu] = (loads[cpu] as number) - size;
    }
    return best;
  };
  return assign(0);
}
