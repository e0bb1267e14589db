// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { summariesContradiction } from './check-summaries.ts';
import type { ExperimentRecord } from './experiment-record.ts';

type Runs = Parameters<typeof summariesContradiction>[1];

test('checks the improvement over more blocks than a call has room for arguments', () => {
  const runs = Array.from({ length: 300_000 }, (_, place) => ({
    ...{ test_id: 'x', status: 'success', block: place >> 1, makespan_ratio: 1 },
    ...(place % 2
      ? { scheduler: { name: 'f' }, makespan_s: 1 }
      : { scheduler: { name: 'd' }, makespan_s: 2 }),
  })) as unknown as Runs;
  const summary = {
    ...{ test_id: 'x', scheduler: 'f', runs: 150_000, invalid_runs: 0, improvement: 0.5 },
    ...{ makespan_s: { median: 1 }, makespan_ratio: { median: 1 } },
  };
  const experiment = (changes: object) =>
    ({
      ...{ status: 'complete', plan: { baseline: 'd' } },
      summaries: [{ ...summary, ...changes }],
    }) as unknown as ExperimentRecord;
  expect(summariesContradiction(experiment({}), runs)).toBeNull();
  expect(summariesContradiction(experiment({ improvement: 0.6 }), runs)).toMatch(/0\.5 to 0\.5$/);
});
