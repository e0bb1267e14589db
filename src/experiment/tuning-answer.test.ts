// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import type { TuningFinal } from '../results/tuning-record.ts';
import { tuningAnswer } from './tuning-answer.ts';

const incumbent = { scheduler: 'mine', written: 'theirs/mine.bpf.c' };
const candidates = [{ scheduler: 'mine:x=1', written: 'theirs/mine.bpf.c:x=1' }];

function final(verdict: TuningFinal['verdict'], ...faults: string[]): TuningFinal {
  return {
    folder: 'final',
    invalid_runs: faults.length,
    scheduler: 'mine:x=1',
    blocks: 6,
    improvement: 0.1,
    improvement_ci95: [0.05, 0.15],
    faults,
    p_value: 0.03,
    smallest_detectable: 0.02,
    verdict,
  };
}

test('a finalist that the final experiment shows to be faster is to be used, as it is written', () => {
  const answer = tuningAnswer({ incumbent, candidates, final: final('faster') }, false);
  expect(answer).toEqual({ use: 'theirs/mine.bpf.c:x=1', better: true, reason: 'faster' });
});

test.each([
  ['no difference is shown', final('no_difference_shown'), false, 'not_shown_faster'],
  ['it is slower', final('slower'), false, 'not_shown_faster'],
  ['too few blocks are valid', final('not_enough_valid_runs'), false, 'not_shown_faster'],
  ['it was ejected once', final('faster', 'scheduler_exit: stall'), false, 'finalist_failed'],
  ['no candidate is left', null, false, 'no_candidate_left'],
  ['the time was over', null, true, 'out_of_time'],
])('the incumbent stays when %s', (_, result, isOutOfTime, reason) => {
  const answer = tuningAnswer({ incumbent, candidates, final: result }, isOutOfTime);
  expect(answer).toEqual({ use: 'theirs/mine.bpf.c', better: false, reason });
});
