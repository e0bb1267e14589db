// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { access, copyFile, mkdtemp, readdir, readFile } from 'node:fs/promises';
import { basename, delimiter, join, resolve } from 'node:path';
import { LabError, messageOf } from '../core/errors.ts';
import { runCommand } from '../core/run-command.ts';
import { type Listing, parseListing } from './listing.ts';
import { type CompiledSpec, DEFAULT_SCHEDULER, fileStem } from './spec.ts';

export interface BuiltScheduler extends Listing {
  readonly object: string;
  readonly sha256: string;
}

export interface Toolchain {
  readonly schedulersFolder: string;
  /** Holds vmlinux.h; null lets the Makefile take the running kernel's. */
  readonly vmlinuxFolder: string | null;
  /** A root with libbpf's headers and library. */
  readonly libbpfFolder: string;
  /** Where sources from elsewhere look for headers, after ours. */
  readonly includeFolders: readonly string[];
}

/** Enough for the errors clang gives before it stops counting. */
const SHOWN_CHARACTERS = 8000;

/** Lies beside the schedulers and is none. */
const OBSERVER = 'observer';

/** Names in schedulers/, the kernel's own first. */
export async function listSchedulers(schedulersFolder: string): Promise<string[]> {
  const files = await readdir(schedulersFolder);
  const names = files
    .filter((file) => file.endsWith('.bpf.c'))
    .map((file) => file.slice(0, -'.bpf.c'.length))
    .filter((name) => name !== OBSERVER);
  return [DEFAULT_SCHEDULER, ...names.sort()];
}

/**
 * Puts the compiled scheduler into `folder`, where a later build does not change it, and tries the
 * tunables on it. Nothing else is written but the build folder of our own schedulers.
 * @param loader the program that `buildLoader` built
 * @throws LabError USAGE for what is not there, SCHEDULER_BUILD with clang's own words,
 *   INVALID_INPUT for an object that cannot be loaded or a tunable that does not fit it
 */
export async function buildScheduler(
  spec: CompiledSpec,
  loader: string,
  toolchain: Toolchain,
  folder: string,
): Promise<BuiltScheduler> {
  // A folder for each: two arms may have the same file with other tunables.
  const object = join(await mkdtemp(join(folder, 'scheduler-')), `${fileStem(spec)}.bpf.o`);
  if (spec.kind !== 'named') await access(spec.path).catch(throwUnreadable);
  await placeObject(spec, object, toolchain);
  const listed = await checkObject(loader, object, spec.tunables);
  const sha256 = createHash('sha256')
    .update(await readFile(object))
    .digest('hex');
  return { object, sha256, ...listed };
}

/** Builds the loader and returns its path. */
export async function buildLoader(toolchain: Toolchain): Promise<string> {
  await make(toolchain, ['build/loader']);
  return join(toolchain.schedulersFolder, 'build', 'loader');
}

/**
 * Builds the observer; its object is put into `folder`, where a later build does not change it.
 * @throws LabError SCHEDULER_BUILD
 */
export async function buildObserver(
  toolchain: Toolchain,
  folder: string,
): Promise<{ program: string; object: string }> {
  await make(toolchain, [OBSERVER]);
  const build = join(toolchain.schedulersFolder, 'build');
  const object = join(folder, `${OBSERVER}.bpf.o`);
  await copyFile(join(build, `${OBSERVER}.bpf.o`), object);
  return { program: join(build, OBSERVER), object };
}

async function placeObject(
  spec: CompiledSpec,
  object: string,
  toolchain: Toolchain,
): Promise<void> {
  switch (spec.kind) {
    case 'named': {
      await requireName(spec.name, toolchain.schedulersFolder);
      await make(toolchain, [`build/${spec.name}.bpf.o`]);
      const built = join(toolchain.schedulersFolder, 'build', `${spec.name}.bpf.o`);
      return copyFile(built, object);
    }
    case 'source':
      return make(toolchain, ['WERROR=', 'elsewhere'], {
        SOURCE: resolve(spec.path),
        OBJECT: object,
        CPATH: toolchain.includeFolders.join(delimiter),
      });
    case 'object':
      return copyFile(spec.path, object);
  }
}

async function requireName(name: string, schedulersFolder: string): Promise<void> {
  const names = await listSchedulers(schedulersFolder);
  if (names.includes(name)) return;
  throw new LabError(
    'USAGE',
    `No scheduler "${name}" in schedulers/. There are: ${names.join(', ')}.`,
  );
}

/** On this side, so that nothing is booted for an object that the loader would not take. */
async function checkObject(
  loader: string,
  object: string,
  tunables: readonly string[],
): Promise<Listing> {
  const result = await runCommand(loader, ['--list', object, ...tunables]);
  if (!result.failed) return parseListing(result.stdout);
  throw new LabError(
    'INVALID_INPUT',
    `Cannot use the scheduler ${[basename(object, '.bpf.o'), ...tunables].join(':')}: ${result.stderr.trim() || result.ending}`,
  );
}

async function make(
  toolchain: Toolchain,
  targets: readonly string[],
  env: Record<string, string> = {},
): Promise<void> {
  const { schedulersFolder, vmlinuxFolder, libbpfFolder } = toolchain;
  const args = [
    '--no-print-directory',
    '-C',
    schedulersFolder,
    ...(vmlinuxFolder ? [`VMLINUX_DIR=${vmlinuxFolder}`] : []),
    `LIBBPF_DIR=${libbpfFolder}`,
    ...targets,
  ];
  const result = await runCommand('make', args, { env });
  if (!result.failed) return;
  const what = env.SOURCE ?? `${targets.join(' ')} in ${schedulersFolder}`;
  const hint = /file not found/.test(result.all)
    ? `\nHeaders are looked for beside the source, in ${schedulersFolder}/include, and in the folders that --include gives.`
    : '';
  throw new LabError(
    'SCHEDULER_BUILD',
    `Cannot build ${what}:\n${result.all.slice(0, SHOWN_CHARACTERS)}${hint}`,
  );
}

function throwUnreadable(error: unknown): never {
  throw new LabError('USAGE', `Cannot read the scheduler: ${messageOf(error)}`, { cause: error });
}
