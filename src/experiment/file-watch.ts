// SPDX-License-Identifier: Apache-2.0
import { execFile } from 'node:child_process';
import { copyFile, mkdir, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { JsonLinesChild } from '../core/json-lines-child.ts';

const LARGEST_BYTES = 64 * 2 ** 20;

/** The program that tells which files of the root file system anybody opens. */
export class FileWatch {
  readonly #child: JsonLinesChild;

  private constructor(child: JsonLinesChild) {
    this.#child = child;
  }

  static async start(program: string): Promise<FileWatch> {
    const child = await JsonLinesChild.start(program, ['/']);
    const first = await child.next();
    if (first?.event !== 'watching') throw new Error(child.stderr.trim());
    return new FileWatch(child);
  }

  /** Ends the watch; what was opened since its start. */
  async openedFiles(): Promise<string[]> {
    this.#child.stdin.end();
    const paths = new Set<string>();
    for (;;) {
      const line = await this.#child.next();
      if (line === null) return [...paths];
      paths.add(String(line.path));
    }
  }
}

let copies = 0;

/**
 * Puts a copy in memory over each file, for as long as this machine lives: only for a guest that
 * ends with the experiment. Its own file system asks the host for every opening, which costs the
 * guest's CPUs more than a millisecond each while tasks run.
 */
export async function keepInMemory(paths: readonly string[]): Promise<void> {
  const folder = join(tmpdir(), 'schedlab-in-memory');
  await mkdir(folder, { recursive: true });
  const mounts: string[] = [];
  for (const path of paths) {
    const { size } = await stat(path);
    // mount's table separates its columns with blanks.
    if (size > LARGEST_BYTES || /\s/.test(path)) continue;
    const copy = join(folder, String(copies++));
    await copyFile(path, copy);
    mounts.push(`${copy} ${path} none bind 0 0\n`);
  }
  const table = join(folder, `${copies}.fstab`);
  await writeFile(table, mounts.join(''));
  await promisify(execFile)('mount', ['--all', '--fstab', table]);
}
