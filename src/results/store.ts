// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import {
  type FileHandle,
  mkdir,
  open,
  readFile,
  rename,
  rm,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ExperimentRecord } from './experiment-record.ts';
import type { RunRecord } from './run-record.ts';

/** Of a file, without what stands behind it here and while it is written aside. */
const LONGEST_NAME = 200;

/** `2026-11-22T16-39-00Z-ctest_suite` */
export function experimentFolderName(startedAt: Date, name: string): string {
  const time = startedAt.toISOString().replace(/\.\d+Z$/, 'Z');
  return `${time.replaceAll(':', '-')}-${name}`;
}

/** Makes a folder; a second one of the same name, of the same second that is, gets a number. */
export async function makeNewFolder(parent: string, name: string): Promise<string> {
  await mkdir(parent, { recursive: true });
  for (let copy = 1; ; copy++) {
    const folder = join(parent, copy === 1 ? name : `${name}-${copy}`);
    try {
      await mkdir(folder);
      return folder;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

/** The folder of one experiment, written so that a crash loses at most the run in progress. */
export class ExperimentStore {
  readonly folder: string;
  readonly #runs: FileHandle;

  private constructor(folder: string, runs: FileHandle) {
    this.folder = folder;
    this.#runs = runs;
  }

  static async create(parent: string, name: string): Promise<ExperimentStore> {
    const folder = await makeNewFolder(parent, name);
    await mkdir(join(folder, 'traces'));
    return new ExperimentStore(folder, await open(join(folder, 'runs.ndjson'), 'a'));
  }

  /** Goes on with a stored experiment. A run that was being written when it stopped is dropped. */
  static async reopen(folder: string): Promise<ExperimentStore> {
    const file = join(folder, 'runs.ndjson');
    await mkdir(join(folder, 'traces'), { recursive: true });
    const content = await readFile(file);
    await truncate(file, content.lastIndexOf('\n') + 1);
    return new ExperimentStore(folder, await open(file, 'a'));
  }

  async appendRun(run: RunRecord): Promise<void> {
    await this.#runs.appendFile(`${JSON.stringify(run)}\n`);
    await this.#runs.sync();
  }

  async saveExperiment(experiment: ExperimentRecord): Promise<void> {
    await writeAtomically(
      join(this.folder, 'experiment.json'),
      `${JSON.stringify(experiment, null, 2)}\n`,
    );
  }

  /** What a scheduler has learned so far; null when it has not run yet. */
  async readHistory(scheduler: string): Promise<string | null> {
    return readFile(this.#historyFile(scheduler), 'utf8').catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    });
  }

  async saveHistory(scheduler: string, text: string): Promise<void> {
    const file = this.#historyFile(scheduler);
    await mkdir(dirname(file), { recursive: true });
    await writeAtomically(file, text);
  }

  #historyFile(scheduler: string): string {
    return join(this.folder, 'histories', `${historyName(scheduler)}.history`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#runs.close();
  }
}

/** Of a scheduler with many tunables the name would be too long for a file's. */
export function historyName(scheduler: string): string {
  const name = encodeURIComponent(Buffer.from(scheduler).toString());
  if (name.length <= LONGEST_NAME) return name;
  const digest = createHash('sha256').update(scheduler).digest('hex').slice(0, 16);
  return `${name.slice(0, LONGEST_NAME - digest.length - 1)}-${digest}`;
}

/** Writes aside, syncs and renames: a reader sees the old content or the new one. */
export async function writeAtomically(
  file: string,
  content: string | Uint8Array | Iterable<string>,
): Promise<void> {
  const aside = `${file}.${process.pid}.tmp`;
  try {
    await using handle = await open(aside, 'w');
    await writeFile(handle, content);
    await handle.sync();
    await rename(aside, file);
  } catch (error) {
    await rm(aside, { force: true });
    throw error;
  }
}
