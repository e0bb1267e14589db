// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import type { Summary } from '../results/experiment-record.ts';
import { caseEnd, evidence } from './evidence.ts';

const SUMMARY: Summary = {
  test_id: 'a',
  scheduler: 'long_first',
  baseline: false,
  runs: 5,
  invalid_runs: 0,
  makespan_s: null,
  makespan_ratio: null,
  lower_bound_s: null,
  short_completion_s: null,
  long_completion_s: null,
};

test.each<[string, Partial<Summary>, string]>([
  ['nothing to say', {}, ''],
  ['p alone', { p_value: 0.031 }, 'p = 0.0310 by the sign-flip test.'],
  [
    'the corrected p',
    { p_value: 0.0001, p_value_adjusted: 0.004, blocks: 15 },
    'p &lt; 0.001 by the sign-flip test over 15 blocks; p = 0.00400 corrected for the number of comparisons (Holm).',
  ],
  [
    'too few blocks for any difference',
    { p_value: 0.0625, p_value_adjusted: 0.0625, least_p_value: 0.0625, blocks: 5 },
    'p = 0.0625 by the sign-flip test over 5 blocks. 5 blocks cannot give a p below 0.0625: too few to show any difference.',
  ],
  [
    'what a lack of difference means',
    { verdict: 'no_difference_shown', smallest_detectable: 0.034, least_p_value: 0.004 },
    'A difference of 3.4 % would have been shown in 4 of 5 such experiments.',
  ],
  ['no such thing about a difference', { verdict: 'faster', smallest_detectable: 0.034 }, ''],
  [
    'the limit',
    { expected_improvement: 0.374 },
    'An ideal schedule of the same work would give 37.4 % less.',
  ],
])('%s', (_, figures, text) => {
  expect(evidence({ ...SUMMARY, ...figures })).toBe(text);
});

test('says why a case got no more blocks', () => {
  expect(caseEnd({ test_id: 'a', blocks: 12, reason: 'precise' })).toBe(
    '12 blocks, then the interval was narrow enough',
  );
});
