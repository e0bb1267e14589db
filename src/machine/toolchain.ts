// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DebianSuite } from '../core/debian.ts';
import { LabError } from '../core/errors.ts';
import { cacheRoot } from '../core/paths.ts';
import { runCommand } from '../core/run-command.ts';

/** Older ones cannot load what links to a struct_ops map. */
const LEAST_LIBBPF = [1, 4] as const;

/**
 * Where libbpf is: null for the system's, else a root unpacked from a newer package of the same
 * distribution, fetched when it is not in the cache.
 */
export async function findLibbpf(): Promise<string | null> {
  const version = await systemLibbpf();
  if (version && isAtLeast(version, LEAST_LIBBPF)) return null;
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '');
  if (release.includes('VERSION_CODENAME=bookworm')) {
    const folder = join(cacheRoot(), 'libbpf', 'bookworm-backports');
    await new DebianSuite('bookworm-backports').unpack(['libbpf-dev'], folder);
    return folder;
  }
  throw new LabError(
    'ENVIRONMENT',
    `The loader needs libbpf ${LEAST_LIBBPF.join('.')} or newer with its static library; ` +
      `here is ${version ?? 'none'}. Install it with scripts/install-deps.sh.`,
  );
}

async function systemLibbpf(): Promise<string | null> {
  const query = (argument: string) => runCommand('pkg-config', [argument, 'libbpf']);
  const [version, folder] = await Promise.all([query('--modversion'), query('--variable=libdir')]);
  const hasLibrary = !folder.failed && existsSync(join(folder.stdout.trim(), 'libbpf.a'));
  return version.failed || !hasLibrary ? null : version.stdout.trim();
}

/** Compares the leading numbers of a version: `1.10` is at least `1.4`. */
export function isAtLeast(version: string, least: readonly number[]): boolean {
  const parts = version.split('.').map((part) => Number.parseInt(part, 10));
  for (const [index, wanted] of least.entries()) {
    const part = parts[index] ?? 0;
    if (part !== wanted) return part > wanted;
  }
  return true;
}
