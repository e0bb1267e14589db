// SPDX-License-Identifier: Apache-2.0
import { existsSync, readlinkSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { removeAfterUs } from './janitor.ts';

/**
 * Makes a folder `PREFIX…` of this process in `parent`, for it to remove when it ends; when it is
 * killed, it is removed all the same. First those are removed that were left behind otherwise, as
 * when the power fails.
 */
export async function makeOwnedFolder(parent: string, prefix: string): Promise<string> {
  for (const name of await readdir(parent)) {
    if (name.startsWith(prefix) && isAbandoned(name.slice(prefix.length))) {
      await rm(join(parent, name), { recursive: true, force: true });
    }
  }
  const folder = await mkdtemp(join(parent, `${prefix}${processIds()}.${process.pid}-`));
  removeAfterUs(folder);
  return folder;
}

/** True for `PROCESS IDS.PROCESS ID-…` of a process that is gone. */
function isAbandoned(rest: string): boolean {
  const [, ids, pid] = /^(\d+)\.(\d+)-/.exec(rest) ?? [];
  return ids === processIds() && !existsSync(`/proc/${pid}`);
}

/** Which process ids ours is one of: others of the same number may live in a container beside us. */
function processIds(): string {
  return /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? '0';
}
