// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { LabError } from '../core/errors.ts';
import type { ExperimentPlan, Machine, Place } from '../results/experiment-record.ts';
import type { PlannedCase } from './protocol.ts';
import { listedTasks } from './task-list.ts';

/** Equal for cases whose tasks do the same with the same input. */
export function caseDigest(planned: PlannedCase): string {
  const { groups, work, cleanup } = planned;
  // The folders' names are digests of the setup and of the files that it names.
  const commands = groups.map(({ folder, shell_lines }) => [basename(folder), shell_lines]);
  const tasks = listedTasks(planned);
  const listed = tasks ? [groups.map(({ id, class: taskClass }) => [id, taskClass]), tasks] : [];
  return createHash('sha256')
    .update(JSON.stringify([commands, work, cleanup, ...listed]))
    .digest('hex');
}

/**
 * @throws LabError INVALID_INPUT that names the first difference; `what` cannot be done then
 */
export function requireSame(
  what: string,
  part: string,
  then: Machine | Place | ExperimentPlan | ExperimentPlan['cases'][number],
  now: typeof then,
): void {
  // As it is once stored: without keys that have no value.
  const [old, recent] = [then, now].map(
    (value) => JSON.parse(JSON.stringify(value)) as Record<string, unknown>,
  ) as [Record<string, unknown>, Record<string, unknown>];
  for (const key of new Set([...Object.keys(old), ...Object.keys(recent)])) {
    if (isDeepStrictEqual(old[key], recent[key])) continue;
    throw new LabError(
      'INVALID_INPUT',
      `${what}: ${part} differs: its ${key} was ${shown(old[key])} and is ${shown(recent[key])}.`,
    );
  }
}

function shown(value: unknown): string {
  return (JSON.stringify(value) ?? 'not stored').slice(0, 300);
}
