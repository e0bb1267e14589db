// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chown, cp, mkdir, mkdtemp, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { LabError } from '../core/errors.ts';
import { makeOwnedFolder } from '../core/owned-folder.ts';
import { cacheRoot } from '../core/paths.ts';
import { commandAs, type TaskUser, taskEnvironment } from '../core/privileges.ts';
import { runCommand } from '../core/run-command.ts';
import type { TestCase } from './case-file.ts';

/** What setup leaves behind for the tasks of a group, to be cloned for each. */
export interface PreparedGroup {
  readonly folder: string;
  readonly shellLines: string;
}

export interface PrepareOptions {
  /** What `$ORIGINAL_CWD` stands for. */
  readonly originalCwd: string;
  /** Run the setup even where its result is kept from before. */
  readonly fresh: boolean;
  /** Whom the setup runs as. */
  readonly user: TaskUser;
  readonly signal?: AbortSignal;
}

/**
 * Runs the setup of every group, each once, in a folder that is kept under a digest of the setup
 * and of the files below `$ORIGINAL_CWD` that it names: what was prepared once is not again, and
 * groups with the same setup share it.
 * @returns in the order of the groups
 * @throws LabError INVALID_INPUT with the end of what the failing setup wrote
 */
export async function prepareCase(
  { id, groups }: Pick<TestCase, 'id' | 'groups'>,
  options: PrepareOptions,
): Promise<PreparedGroup[]> {
  const folders = new Map<string, string>();
  const prepared: PreparedGroup[] = [];
  for (const { setup, commands } of groups) {
    const key = setup.join('\n');
    const folder = folders.get(key) ?? (await prepareSetup(id, setup, options));
    folders.set(key, folder);
    prepared.push({ folder, shellLines: commands.join('\n') });
  }
  return prepared;
}

/** The folder with what the setup left behind. */
async function prepareSetup(
  id: string,
  setup: readonly string[],
  options: PrepareOptions,
): Promise<string> {
  const parent = join(cacheRoot(), 'prepared');
  const folder = join(parent, `${id}-${await digestOf(setup, options.originalCwd)}`);
  if (options.fresh) await rm(folder, { recursive: true, force: true });
  if (existsSync(folder)) return folder;
  await mkdir(parent, { recursive: true });
  const aside = await mkdtemp(join(parent, 'making-'));
  // The cache may be in a folder that only root may enter.
  const made = await makeOwnedFolder(tmpdir(), 'schedlab-setup-');
  try {
    if (process.getuid?.() === 0) await chown(made, options.user.uid, options.user.gid);
    await runSetup(id, setup, made, options);
    await cp(made, aside, { recursive: true, verbatimSymlinks: true });
    await rename(aside, folder).catch((error: NodeJS.ErrnoException) => {
      // Another experiment has made it meanwhile.
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
  } finally {
    await rm(aside, { recursive: true, force: true });
    await rm(made, { recursive: true, force: true });
  }
  return folder;
}

async function digestOf(setup: readonly string[], originalCwd: string): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify([originalCwd, setup]));
  for (const path of new Set(namedFiles(setup))) {
    const full = join(originalCwd, path);
    const facts = await stat(full).catch(() => null);
    // A source's headers lie beside it, so a file stands for its folder.
    const folder = facts?.isDirectory() ? full : dirname(full);
    if (!facts || folder === originalCwd) {
      hash.update(facts?.isFile() ? await readFile(full) : `no ${path}`);
      continue;
    }
    for (const name of (await readdir(folder, { recursive: true })).sort()) {
      const file = join(folder, name);
      // Null for a link that leads nowhere.
      const isFile = (await stat(file).catch(() => null))?.isFile() ?? false;
      if (isFile) hash.update(name).update(await readFile(file));
    }
  }
  return hash.digest('hex').slice(0, 16);
}

/** Paths below `$ORIGINAL_CWD` that the shell lines name. */
export function namedFiles(setup: readonly string[]): string[] {
  const pattern = /\$\{?ORIGINAL_CWD\}?"?\/([\w./+-]+)/g;
  return setup.flatMap((line) => [...line.matchAll(pattern)].map((match) => match[1] as string));
}

async function runSetup(
  id: string,
  setup: readonly string[],
  cwd: string,
  { originalCwd, user, signal }: PrepareOptions,
): Promise<void> {
  if (setup.length === 0) return;
  const [program = '', ...args] = commandAs(user, ['/bin/sh', '-e', '-c', setup.join('\n')]);
  const result = await runCommand(program, args, {
    cwd,
    env: { ...taskEnvironment(cwd), ORIGINAL_CWD: originalCwd },
    extendEnv: false,
    ...(signal ? { cancelSignal: signal } : {}),
  });
  if (result.interrupted) throw new LabError('INTERRUPTED', 'Interrupted while preparing.');
  if (result.failed) {
    throw new LabError(
      'INVALID_INPUT',
      `The setup of case ${id} failed (${result.ending}):\n${result.all.slice(-2000)}\n` +
        'Run "schedlab doctor" to see whether a tool is missing.',
    );
  }
}
