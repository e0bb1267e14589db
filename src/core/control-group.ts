// SPDX-License-Identifier: Apache-2.0
import { existsSync, readFileSync, rmdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { LabError, messageOf } from './errors.ts';

export const CONTROL_GROUPS = '/sys/fs/cgroup';

/** Version 2, at its usual place; else version 1, with a hierarchy for each controller. */
export function isUnified(): boolean {
  return existsSync(`${CONTROL_GROUPS}/cgroup.controllers`);
}

/** The group that we are in, in version 1's hierarchy of `controller`. */
export function ownGroup(controller: string): string {
  return groupOf(readFileSync('/proc/self/cgroup', 'utf8'), controller);
}

/**
 * The group that `/proc/PID/cgroup` names for `controller`, below the mount of its hierarchy.
 * @throws LabError ENVIRONMENT for a group outside of what we see of the hierarchy
 */
export function groupOf(text: string, controller: string): string {
  for (const line of text.split('\n')) {
    // The group's name may hold colons, too.
    const [, names, group] = /^\d+:([^:]*):(\/.*)$/.exec(line) ?? [];
    if (group === undefined || !names?.split(',').includes(controller)) continue;
    if (!/(^|\/)\.\.(\/|$)|\0/.test(group)) return group;
    throw new LabError('ENVIRONMENT', `Our control group ${group} is outside of what we may see.`);
  }
  return '/';
}

/** Removes groups whose processes have ended or are about to, in this order. */
export async function removeGroups(groups: readonly string[]): Promise<void> {
  for (const group of groups) {
    for (let tries = 0; existsSync(group); tries++) {
      const problem = attempt(() => rmdirSync(group));
      if (problem && tries === 50) throw new Error(problem);
      // The kernel takes a moment to forget a thread that has ended.
      if (problem) await sleep(20);
    }
  }
}

/** Why `action` failed; null when it did not. */
export function attempt(action: () => void): string | null {
  try {
    action();
    return null;
  } catch (error) {
    return messageOf(error);
  }
}
