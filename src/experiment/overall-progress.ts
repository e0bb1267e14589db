// SPDX-License-Identifier: Apache-2.0
import { assertNever } from '../core/assert-never.ts';
import type { Report, Update } from './request.ts';

/**
 * One experiment's updates as those of a part of several: the runs are counted on, and the time left
 * is that of all.
 * @param before runs made in the experiments before
 * @param later runs expected in those that follow
 */
export function asPartOf(report: Report, before: number, later: number): Report {
  return (update) => report(shifted(update, before, later));
}

function shifted(update: Update, before: number, later: number): Update {
  switch (update.kind) {
    case 'planned':
      return { ...update, runs: before + update.runs + later, done: before + update.done };
    case 'run_started':
    case 'run_ended':
    case 'run_skipped':
    case 'sample':
      return { ...update, run: { ...update.run, index: before + update.run.index } };
    case 'stage':
    case 'block_ended':
    case 'case_ended':
    case 'warning':
      return update;
    default:
      return assertNever(update);
  }
}
