// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { LabError } from '../core/errors.ts';
import { runCommand } from '../core/run-command.ts';

export const DEFAULT_SCHEDULER = 'default';

/** A scheduler that can be an arm; `object` is null for the kernel's own. */
export interface BuiltScheduler {
  readonly name: string;
  readonly object: string | null;
  readonly sha256: string | null;
}

export interface Toolchain {
  readonly schedulersFolder: string;
  /** Holds vmlinux.h; null lets the Makefile take the running kernel's. */
  readonly vmlinuxFolder: string | null;
  /** A root with libbpf's headers and library. */
  readonly libbpfFolder: string;
}

/** Names in schedulers/, the kernel's own first. */
export async function listSchedulers(schedulersFolder: string): Promise<string[]> {
  const files = await readdir(schedulersFolder);
  const names = files.filter((file) => file.endsWith('.bpf.c')).map((file) => file.slice(0, -6));
  return [DEFAULT_SCHEDULER, ...names.sort()];
}

/**
 * Builds a scheduler: `default`, a name in schedulers/, or a path to an object.
 * @throws LabError USAGE for a name that is not there, SCHEDULER_BUILD with clang's own words
 */
export async function buildScheduler(spec: string, toolchain: Toolchain): Promise<BuiltScheduler> {
  if (spec === DEFAULT_SCHEDULER) return { name: spec, object: null, sha256: null };
  if (spec.endsWith('.bpf.o')) {
    return { name: basename(spec, '.bpf.o'), object: spec, sha256: await sha256(spec) };
  }
  const names = await listSchedulers(toolchain.schedulersFolder);
  if (!names.includes(spec)) {
    throw new LabError(
      'USAGE',
      `No scheduler "${spec}" in schedulers/. There are: ${names.join(', ')}.`,
    );
  }
  await make(toolchain, [`build/${spec}.bpf.o`]);
  const object = join(toolchain.schedulersFolder, 'build', `${spec}.bpf.o`);
  return { name: spec, object, sha256: await sha256(object) };
}

/** Builds the loader and returns its path. */
export async function buildLoader(toolchain: Toolchain): Promise<string> {
  await make(toolchain, ['build/loader']);
  return join(toolchain.schedulersFolder, 'build', 'loader');
}

async function make(toolchain: Toolchain, targets: readonly string[]): Promise<void> {
  const { schedulersFolder, vmlinuxFolder, libbpfFolder } = toolchain;
  const result = await runCommand('make', [
    '--no-print-directory',
    '-C',
    schedulersFolder,
    ...(vmlinuxFolder ? [`VMLINUX_DIR=${vmlinuxFolder}`] : []),
    `LIBBPF_DIR=${libbpfFolder}`,
    ...targets,
  ]);
  if (!result.failed) return;
  throw new LabError(
    'SCHEDULER_BUILD',
    `Cannot build ${targets.join(' ')} in ${schedulersFolder} (${result.ending}):\n` +
      `${result.all.slice(-4000)}\nRetry with "make -C ${schedulersFolder} V=1".`,
  );
}

async function sha256(file: string): Promise<string> {
  const content = await readFile(file).catch((error: Error) => {
    throw new LabError('USAGE', `Cannot read the scheduler: ${error.message}`, { cause: error });
  });
  return createHash('sha256').update(content).digest('hex');
}
