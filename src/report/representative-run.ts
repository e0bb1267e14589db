// SPDX-License-Identifier: Apache-2.0
import { isCounted } from '../results/counted.ts';
import type { RunRecord } from '../results/run-record.ts';

type Run = Pick<RunRecord, 'status' | 'warm_up' | 'makespan_s' | 'index'>;

/** The valid run with the median makespan; of an even number of runs the lower middle one. */
export function representativeRun<R extends Run>(runs: readonly R[]): R | null {
  const valid = runs
    .filter(isCounted)
    .toSorted((a, b) => a.makespan_s - b.makespan_s || a.index - b.index);
  return valid[Math.floor((valid.length - 1) / 2)] ?? null;
}
