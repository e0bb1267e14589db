// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import type { RunLine } from '../report-data.ts';
import { type Choice, chooseRuns } from './run-order.ts';

const ALL: Choice = { column: 'run', descending: false, testId: null, which: 'all' };
const RUNS = [
  run(0, 'a', 10, 'success'),
  run(1, 'a', 9, 'invalid'),
  run(2, 'b', 100, 'success', 5),
  run(3, 'b', 9, 'success'),
];

function run(
  index: number,
  testId: string,
  makespan: number,
  status: string,
  outlier: number | null = null,
): RunLine {
  return {
    run: index,
    testId,
    scheduler: 'default',
    block: index,
    status,
    makespan_s: makespan,
    lower_bound_s: 5,
    ratio: makespan / 5,
    outlier,
    notes: [],
    trace: null,
  };
}

const order = (choice: Partial<Choice>) =>
  chooseRuns(RUNS, { ...ALL, ...choice }).map((line) => line.run);

test('sorts by number and not by text, runs that are equal as they were', () => {
  expect(order({ column: 'makespan_s' })).toEqual([1, 3, 0, 2]);
  expect(order({ column: 'makespan_s', descending: true })).toEqual([2, 0, 1, 3]);
});

test('leaves only what was asked for', () => {
  expect(order({ testId: 'b' })).toEqual([2, 3]);
  expect(order({ which: 'not_valid' })).toEqual([1]);
  expect(order({ which: 'outliers' })).toEqual([2]);
});
