// SPDX-License-Identifier: Apache-2.0
import { open, stat } from 'node:fs/promises';
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
      // As the kernel marks what it looks up anew, too.
      paths.add(String(line.path).replace(/ \(deleted\)$/, ''));
    }
  }
}

/**
 * Brings files into the layer of memory that a guest has over the host's files, for as long as it
 * lives: opening them then asks nobody, where each opening on the host costs the guest's CPUs more
 * than a millisecond while tasks run. (To open for writing is what makes overlayfs copy.)
 * @returns false where there is no such layer
 */
export async function bringIntoMemory(paths: readonly string[]): Promise<boolean> {
  for (const path of paths) {
    try {
      if ((await stat(path)).size > LARGEST_BYTES) continue;
      await (await open(path, 'r+')).close();
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EROFS') return false;
      // It was removed meanwhile, or is a program that runs, and thus in memory.
      if (code !== 'ENOENT' && code !== 'ETXTBSY') throw error;
    }
  }
  return true;
}
