// SPDX-License-Identifier: Apache-2.0
import { constants } from 'node:fs';
import { cp, link, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeOwnedFolder } from '../core/owned-folder.ts';
import { commandOf } from './command-of.ts';
import type { PlannedCase, PlannedScheduler, Units } from './protocol.ts';
import { taskId } from './task-id.ts';

export interface PlacedTask {
  readonly id: string;
  readonly class: 'short' | 'long';
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly command: readonly string[];
  /** What it prints is part of its result. */
  readonly wantsOutput: boolean;
}

/** The folders in which the tasks run: fast local storage, gone when the executor ends. */
export class Sandbox {
  readonly #root: string;
  readonly #templates = new Map<string, string>();

  private constructor(root: string) {
    this.#root = root;
  }

  static async create(): Promise<Sandbox> {
    return new Sandbox(await makeOwnedFolder(tmpdir(), 'schedlab-tasks-'));
  }

  /** A fresh folder for every task of a run, cloned from what the setup left behind. */
  async place(
    planned: PlannedCase,
    run: string,
    counts: { short: number; long: number },
    units: Units | null,
  ): Promise<PlacedTask[]> {
    const tasks = (['short', 'long'] as const).flatMap((taskClass) =>
      Array.from({ length: counts[taskClass] }, (_, index) => {
        const id = taskId(taskClass, index + 1);
        const environment = {
          ORIGINAL_CWD: planned.original_cwd,
          ...(units ? { WORK_UNITS: String(units[taskClass]) } : {}),
        };
        return {
          id,
          class: taskClass,
          folder: join(this.#root, run, id),
          environment,
          command: commandOf(planned[taskClass].shell_lines, environment),
          wantsOutput: planned.checks_output,
        };
      }),
    );
    await mkdir(join(this.#root, run), { recursive: true });
    for (const task of tasks) {
      const template = await this.#template(planned[task.class].folder);
      await clone(template, task.folder, planned.shares_input);
    }
    return tasks;
  }

  /** What a task wrote to its standard output, at most its last 500 characters. */
  output(task: PlacedTask): Promise<string> {
    return readTail(`${task.folder}.out`);
  }

  /** The last lines that a task wrote: its complaints, else its output. */
  async outputTail(task: PlacedTask): Promise<string> {
    return (await readTail(`${task.folder}.err`)) || (await this.output(task));
  }

  /** A file for each scheduler that learns, with what it knows from before; by the arm's name. */
  async placeHistories(schedulers: readonly PlannedScheduler[]): Promise<Map<string, string>> {
    const files = new Map<string, string>();
    for (const [index, scheduler] of schedulers.entries()) {
      if (scheduler.kind !== 'object' || scheduler.history === null) continue;
      const file = join(this.#root, `history-${index}`);
      if (scheduler.history !== '') await writeFile(file, scheduler.history);
      files.set(scheduler.name, file);
    }
    return files;
  }

  async remove(run: string): Promise<void> {
    await rm(join(this.#root, run), { recursive: true, force: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#root, { recursive: true, force: true });
  }

  /** A copy on our own storage, so that the runs read nothing from afar. */
  async #template(folder: string): Promise<string> {
    let template = this.#templates.get(folder);
    if (!template) {
      template = join(this.#root, `template-${this.#templates.size}`);
      await cp(folder, template, { recursive: true });
      this.#templates.set(folder, template);
    }
    return template;
  }
}

/**
 * Copies a folder, but links the programs in it, and with `sharesFiles` all files: nobody writes to
 * those, and one file's pages are warm for all tasks (an emulator translates the code of every copy
 * anew).
 */
async function clone(from: string, to: string, sharesFiles: boolean): Promise<void> {
  await mkdir(to);
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const source = join(from, entry.name);
    const target = join(to, entry.name);
    if (entry.isDirectory()) await clone(source, target, sharesFiles);
    else if (entry.isFile() && (sharesFiles || (await stat(source)).mode & constants.S_IXUSR)) {
      await link(source, target);
    } else await cp(source, target, { verbatimSymlinks: true });
  }
}

async function readTail(file: string): Promise<string> {
  return (await readFile(file, 'utf8').catch(() => '')).trim().slice(-500);
}
