// SPDX-License-Identifier: Apache-2.0
import type { Verdict } from '../results/experiment-record.ts';
import type { Interval } from '../stats/estimate.ts';

/** An arm is better or worse only when the whole interval of its improvement says so. */
export function judge([low, high]: Interval): Verdict {
  if (low > 0) return 'faster';
  if (high < 0) return 'slower';
  return 'no_difference_shown';
}
