// SPDX-License-Identifier: Apache-2.0
import type { PlannedRun, PlannedScheduler } from './protocol.ts';

/**
 * True for a run under an arm that could not be had, and will not be later; and for every run when
 * none is left that the kernel's default could be compared with.
 * @param unusable names of the arms that could not be had
 */
export function isPointless(
  run: PlannedRun,
  schedulers: readonly PlannedScheduler[],
  unusable: ReadonlySet<string>,
): boolean {
  if (unusable.size === 0) return false;
  const others = schedulers.filter(({ kind }) => kind !== 'default');
  return unusable.has(run.scheduler) || others.every(({ name }) => unusable.has(name));
}
