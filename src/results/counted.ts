// SPDX-License-Identifier: Apache-2.0
import type { RunRecord } from './run-record.ts';

/** Whether a run goes into the figures: it is valid and no warm-up. */
export function isCounted(run: Pick<RunRecord, 'status' | 'warm_up'>): boolean {
  return run.status === 'success' && run.warm_up !== true;
}
