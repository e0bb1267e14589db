// SPDX-License-Identifier: Apache-2.0
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DebianSuite } from '../core/debian.ts';
import { LabError } from '../core/errors.ts';
import { cacheRoot } from '../core/paths.ts';

/** Older ones cannot load what links to a struct_ops map. */
const LEAST_LIBBPF = [1, 4] as const;

/**
 * The root below which libbpf is: the system's, else one unpacked from a newer package of the same
 * distribution, fetched when it is not in the cache.
 */
export async function findLibbpf(): Promise<string> {
  const version = await systemLibbpf();
  if (version && isAtLeast(version, LEAST_LIBBPF)) return '/';
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

/** The version in the installed headers; null when there are none. */
async function systemLibbpf(): Promise<string | null> {
  return versionIn(await readFile('/usr/include/bpf/libbpf_version.h', 'utf8').catch(() => ''));
}

/** `1.4` from libbpf_version.h; null when that does not say. */
export function versionIn(header: string): string | null {
  const part = (name: string) => new RegExp(`LIBBPF_${name}_VERSION (\\d+)`).exec(header)?.[1];
  const major = part('MAJOR');
  return major ? `${major}.${part('MINOR') ?? 0}` : null;
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
