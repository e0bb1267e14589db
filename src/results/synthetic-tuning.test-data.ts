// SPDX-License-Identifier: Apache-2.0
/** A made-up tuning, for tests. */
import type { TuningRecord } from './tuning-record.ts';

const arm = (slice: number) => ({ scheduler: `f:s=${slice}`, written: `f:s=${slice}` });

function figures(slice: number, improvement: number, blocks: number) {
  const interval: [number, number] = [improvement - 0.05, improvement + 0.05];
  const { scheduler } = arm(slice);
  return { scheduler, blocks, improvement, improvement_ci95: interval, faults: [] };
}

/** The better of two candidates was found and shown; `changes` replaces parts of that. */
export function syntheticTuning(changes: Partial<TuningRecord> = {}): TuningRecord {
  return {
    schema: 'schedlab.tuning/1',
    created_at: '2026-11-25T13:00:00.000Z',
    status: 'complete',
    test_id: 'x',
    incumbent: { scheduler: 'f', written: 'f' },
    candidates: [arm(1), arm(2)],
    tunables: [{ name: 's', type: 'u32', default: 3, value: 3, min: 1, max: 9 }],
    seed: 1,
    max_time_s: 100,
    rounds: [
      {
        folder: 'round-1',
        planned_blocks: 3,
        invalid_runs: 0,
        candidates: [
          { ...figures(1, 0.1, 3), outcome: 'kept' },
          { ...figures(2, 0, 3), outcome: 'beaten' },
        ],
      },
    ],
    final: {
      ...{ folder: 'final', invalid_runs: 0, ...figures(1, 0.1, 6) },
      ...{ p_value: 0.03, smallest_detectable: 0.05, verdict: 'faster' },
    },
    answer: { use: 'f:s=1', better: true, reason: 'faster' },
    ...changes,
  };
}
