// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { planRuns } from './plan.ts';

const CASES = [
  { testId: 'a', schedulers: ['default', 'x'] },
  { testId: 'b', schedulers: ['default', 'y', 'z'] },
];

test('gives every arm the same number of runs, in blocks that visit each arm once', () => {
  const runs = planRuns(CASES, [], { blocks: 5, warmUps: 1, seed: 3 });
  expect(runs).toHaveLength(1 + 5 * 2 + 1 + 5 * 3);
  expect(runs.map((run) => run.index)).toEqual(runs.map((_, index) => index));
  for (const { testId, schedulers } of CASES) {
    const [warmUp, ...counted] = runs.filter((run) => run.test_id === testId);
    expect(warmUp).toMatchObject({ scheduler: 'default', warm_up: true });
    for (let block = 0; block < 5; block++) {
      const arms = counted.filter((run) => run.block === block);
      expect(arms.map((run) => run.scheduler).toSorted()).toEqual(schedulers.toSorted());
      expect(arms.some((run) => run.warm_up)).toBe(false);
    }
  }
});

test('warms up every scheduler that learns, after the baseline', () => {
  const arms = { testId: 'a', schedulers: ['default', 'x', 'learned'] };
  const runs = planRuns([arms], ['learned', 'not_here'], { blocks: 2, warmUps: 2, seed: 3 });
  const warmUps = runs.filter((run) => run.warm_up).map((run) => run.scheduler);
  expect(warmUps).toEqual(['default', 'default', 'learned', 'learned']);
  expect(runs.slice(0, 4).every((run) => run.warm_up)).toBe(true);
  expect(runs).toHaveLength(4 + 2 * 3);
});

test('draws the order anew for every block, the same for the same seed', () => {
  const order = (seed: number) =>
    planRuns([{ testId: 'a', schedulers: ['default', 'x'] }], [], { blocks: 40, warmUps: 0, seed })
      .filter((_, place) => place % 2 === 0)
      .map((run) => run.scheduler);
  expect(order(1)).toEqual(order(1));
  expect(order(1)).not.toEqual(order(2));
  const defaultFirst = order(1).filter((scheduler) => scheduler === 'default').length;
  // Fewer than 8 or more than 32 of 40 would happen once in 10 000 seeds.
  expect(Math.abs(defaultFirst - 20)).toBeLessThanOrEqual(12);
});
