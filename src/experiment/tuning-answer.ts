// SPDX-License-Identifier: Apache-2.0
import type { TuningAnswer, TuningFinal, TuningRecord } from '../results/tuning-record.ts';

/**
 * What to use. The rounds do not count: who is best of many in noisy rounds looks better than he is
 * (the winner's curse). The finalist is better only if the experiment made afterwards shows it.
 */
export function tuningAnswer(
  { incumbent, candidates, final }: Pick<TuningRecord, 'incumbent' | 'candidates' | 'final'>,
  isOutOfTime: boolean,
): TuningAnswer {
  const reason = reasonOf(final, isOutOfTime);
  const finalist = candidates.find(({ scheduler }) => scheduler === final?.scheduler);
  if (reason === 'faster' && finalist) return { use: finalist.written, better: true, reason };
  return { use: incumbent.written, better: false, reason };
}

function reasonOf(final: TuningFinal | null, isOutOfTime: boolean): TuningAnswer['reason'] {
  if (!final) return isOutOfTime ? 'out_of_time' : 'no_candidate_left';
  if (final.faults.length > 0) return 'finalist_failed';
  return final.verdict === 'faster' ? 'faster' : 'not_shown_faster';
}
