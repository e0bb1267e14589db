// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { LabError } from '../core/errors.ts';

/** Room for what `what` needs, in a folder that need not be there yet. Throws ENVIRONMENT. */
export async function requireDiskSpace(folder: string, bytes: number, what: string): Promise<void> {
  let existing = folder;
  while (!existsSync(existing)) existing = dirname(existing);
  const { bavail, bsize } = await statfs(existing);
  const free = bavail * bsize;
  if (free >= bytes) return;
  const megabytes = (count: number) => `${Math.ceil(count / 1e6)} MB`;
  throw new LabError(
    'ENVIRONMENT',
    `${what} may need ${megabytes(bytes)}, and ${existing} has ${megabytes(free)} left. ` +
      'Make room, take another folder (--out DIR), or plan fewer runs (--max-runs N).',
  );
}
