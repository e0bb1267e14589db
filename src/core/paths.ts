// SPDX-License-Identifier: Apache-2.0
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of this package: the nearest one above this file that holds package.json. */
export const packageRoot = findPackageRoot(dirname(fileURLToPath(import.meta.url)));

/** Where fetched and prepared things are kept; safe to delete. `SCHEDLAB_CACHE` moves it. */
export function cacheRoot(env: NodeJS.ProcessEnv = process.env): string {
  return env.SCHEDLAB_CACHE ?? join(env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'schedlab');
}

function findPackageRoot(folder: string): string {
  if (existsSync(join(folder, 'package.json'))) return folder;
  const parent = dirname(folder);
  if (parent === folder) throw new Error('schedlab is not inside its package folder');
  return findPackageRoot(parent);
}

/** This package's version. */
export function packageVersion(): string {
  const text = readFileSync(join(packageRoot, 'package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
