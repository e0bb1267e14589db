// SPDX-License-Identifier: Apache-2.0
import type { RunRecord } from '../results/run-record.ts';

/** The valid run with the median makespan; of an even number of runs the lower middle one. */
export function representativeRun(runs: readonly RunRecord[]): RunRecord | null {
  const valid = runs
    .filter((run) => run.status === 'success')
    .toSorted((a, b) => a.makespan_s - b.makespan_s || a.index - b.index);
  return valid[Math.floor((valid.length - 1) / 2)] ?? null;
}
