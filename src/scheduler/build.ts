// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { LabError } from '../core/errors.ts';
import { runCommand } from '../core/run-command.ts';
import { DEFAULT_SCHEDULER, type SchedulerSpec } from './spec.ts';

/** A compiled scheduler. */
export interface BuiltScheduler {
  readonly name: string;
  readonly object: string;
  readonly sha256: string;
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
 * Builds a scheduler of schedulers/, or takes an object as it is.
 * @throws LabError USAGE for a name that is not there, SCHEDULER_BUILD with clang's own words
 */
export async function buildScheduler(
  spec: Extract<SchedulerSpec, { kind: 'named' | 'object' }>,
  toolchain: Toolchain,
): Promise<BuiltScheduler> {
  if (spec.kind === 'object') {
    const { path } = spec;
    return { name: basename(path, '.bpf.o'), object: path, sha256: await sha256(path) };
  }
  const { name } = spec;
  const names = await listSchedulers(toolchain.schedulersFolder);
  if (!names.includes(name)) {
    throw new LabError(
      'USAGE',
      `No scheduler "${name}" in schedulers/. There are: ${names.join(', ')}.`,
    );
  }
  await make(toolchain, [`build/${name}.bpf.o`]);
  const object = join(toolchain.schedulersFolder, 'build', `${name}.bpf.o`);
  return { name, object, sha256: await sha256(object) };
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
