// SPDX-License-Identifier: Apache-2.0
import type { Dir } from 'node:fs';
import { chown, lchown, lstat, open, opendir, readdir } from 'node:fs/promises';
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
      const path = openedPath(line);
      if (path !== null) paths.add(path);
    }
  }
}

/** Null where the watcher could not say. */
export function openedPath({ path }: Record<string, unknown>): string | null {
  if (typeof path !== 'string' || !path.startsWith('/') || path.includes('\0')) return null;
  // As the kernel marks what it looks up anew, too.
  return path.replace(/ \(deleted\)$/, '');
}

/** Overlayfs remembers what a folder holds while somebody has it open. */
const heldFolders: Dir[] = [];

/**
 * Brings files, lists of folders and the links that lead there into the layer of memory that a
 * guest has over the host's files, for as long as it lives: opening them then asks nobody, where
 * each opening on the host costs the guest's CPUs more than a millisecond while tasks run.
 * @returns false where there is no such layer
 */
export async function bringIntoMemory(paths: readonly string[]): Promise<boolean> {
  const roots = (await readdir('/')).map((name) => `/${name}`);
  const folders: string[] = [];
  for (const path of [...roots, ...paths.flatMap((path) => [...shorterNames(path), path])]) {
    try {
      const facts = await lstat(path);
      if (facts.isFile() && facts.size <= LARGEST_BYTES) await (await open(path, 'r+')).close();
      // What changes an owner, even to what it is, makes overlayfs copy, too.
      else if (facts.isSymbolicLink()) await lchown(path, facts.uid, facts.gid);
      else if (facts.isDirectory() && paths.includes(path)) {
        await chown(path, facts.uid, facts.gid);
        folders.push(path);
      }
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EROFS') return false;
      // There is no such link or folder any more, or it is a program that runs, and thus in memory.
      if (code !== 'ENOENT' && code !== 'ENOTDIR' && code !== 'ETXTBSY') throw error;
    }
  }
  // When nothing is copied any more: that would make them forget.
  for (const path of folders) {
    const folder = await opendir(path);
    await folder.read();
    heldFolders.push(folder);
  }
  return true;
}

/** Under which links to it a file is usually asked for: `libz.so.1` and `libz.so` for `libz.so.1.2`. */
export function shorterNames(path: string): string[] {
  const names: string[] = [];
  for (let end = path; ; ) {
    const shorter = /^(.*)\.\d+$/s.exec(end)?.[1];
    if (shorter === undefined) return names;
    names.push(shorter);
    end = shorter;
  }
}
