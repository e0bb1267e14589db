// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import type { StoredExperiment } from '../results/read.ts';
import { syntheticTuning } from '../results/synthetic-tuning.test-data.ts';
import { tuningText } from './tuning-text.ts';

const [round] = syntheticTuning().rounds;
if (!round) throw new Error('it has a round');

function finalWith(summary: Record<string, unknown>): StoredExperiment {
  const own = {
    test_id: 'x',
    scheduler: 'f:s=1',
    baseline: false,
    p_value_adjusted: 0.03,
    ...summary,
  };
  return { folder: 'T/final', experiment: { summaries: [own] } } as unknown as StoredExperiment;
}

const SHOWN = { improvement: 0.1, improvement_ci95: [0.05, 0.15] };

function lastLine(...args: Parameters<typeof tuningText>): string | undefined {
  return tuningText(...args)
    .split('\n')
    .at(-1);
}

test('a table for each round, the best first, then what to use and why', () => {
  const text = tuningText(syntheticTuning(), 'T', finalWith({ ...SHOWN, verdict: 'faster' }));
  expect(text).toMatch(/^Round 1, 3 blocks, against f:\n/);
  expect(text).toMatch(/f:s=1 +│ 3 +│ 10\.0 % \[5\.0 %, 15\.0 %\] │ kept/);
  expect(text.indexOf('f:s=1 ')).toBeLessThan(text.indexOf('f:s=2 '));
  expect(text.split('\n').slice(-3)).toEqual([
    'The finalist and f anew: T/final',
    'Stored in T/tuning.json',
    'Use f:s=1; x: 10.0 % less makespan with f:s=1 than with f (95 % CI 5.0 to 15.0); p = 0.0300.',
  ]);
});

test('what is not shown keeps the defaults, with what could have been shown', () => {
  const answer = { use: 'f', better: false, reason: 'not_shown_faster' } as const;
  const summary = { ...SHOWN, verdict: 'no_difference_shown', smallest_detectable: 0.12 };
  expect(lastLine(syntheticTuning({ answer }), 'T', finalWith(summary))).toMatch(
    /^Keep the defaults of f; x: no difference of f:s=1 from f shown .* one of 12\.0 % would mostly/,
  );
  const tunables = [{ name: 's', type: 'u32', default: 3, value: 4, min: 1, max: 9 }];
  const own = { scheduler: 'f:s=4', written: 'f:s=4' };
  const tuned = syntheticTuning({ answer, tunables, incumbent: own });
  expect(lastLine(tuned, 'T', finalWith(summary))).toMatch(/^Keep f:s=4; x: no difference/);
});

test('a candidate that failed is named with its fault', () => {
  const candidates = round.candidates.map((candidate) => ({
    ...candidate,
    ...{ improvement: null, improvement_ci95: null, blocks: 0 },
    ...{ faults: ['scheduler_exit: runnable task stall'], outcome: 'dropped' as const },
  }));
  const rounds = [{ ...round, candidates }];
  const answer = { use: 'f', better: false, reason: 'no_candidate_left' } as const;
  const text = tuningText(syntheticTuning({ rounds, final: null, answer }), 'T', null);
  expect(text).toContain('f:s=1 is out: scheduler_exit: runnable task stall');
  expect(text).toMatch(/Keep the defaults of f: no candidate had valid runs to be chosen by\.$/);
});

test('an interrupted one has no advice', () => {
  const cut = syntheticTuning({ status: 'interrupted', final: null, answer: null });
  expect(lastLine(cut, 'T', null)).toBe('Stored in T/tuning.json');
});
