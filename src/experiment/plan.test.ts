// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { planRuns } from './plan.ts';

const CASES = [
  { testId: 'a', schedulers: ['default', 'x'] },
  { testId: 'b', schedulers: ['default', 'y', 'z'] },
];

test('gives every arm the same number of runs, in blocks that visit each arm once', () => {
  const runs = planRuns(CASES, 5);
  expect(runs).toHaveLength(5 * 2 + 5 * 3);
  expect(runs.map((run) => run.index)).toEqual(runs.map((_, index) => index));
  for (const { testId, schedulers } of CASES) {
    for (let block = 0; block < 5; block++) {
      const arms = runs.filter((run) => run.test_id === testId && run.block === block);
      expect(arms.map((run) => run.scheduler).toSorted()).toEqual(schedulers.toSorted());
    }
  }
});

test('no arm always comes first', () => {
  const runs = planRuns([{ testId: 'a', schedulers: ['default', 'x'] }], 4);
  expect(runs.map((run) => run.scheduler).join()).toBe('default,x,x,default,default,x,x,default');
});
