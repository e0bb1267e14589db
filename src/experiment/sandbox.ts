// SPDX-License-Identifier: Apache-2.0
import { constants } from 'node:fs';
import {
  chmod,
  cp,
  lchown,
  link,
  mkdir,
  readdir,
  readFile,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TaskClass } from '../cases/task-groups.ts';
import { makeOwnedFolder } from '../core/owned-folder.ts';
import { type TaskUser, taskEnvironment } from '../core/privileges.ts';
import { commandOf } from './command-of.ts';
import type {
  PlannedCase,
  PlannedGroup,
  PlannedScheduler,
  PlannedTask,
  Units,
} from './protocol.ts';

export interface PlacedTask {
  readonly id: string;
  readonly class: TaskClass;
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly command: readonly string[];
  /** Since the gate opened. */
  readonly releaseS: number;
  /** What it prints is part of its result. */
  readonly wantsOutput: boolean;
}

/** The folders in which the tasks run: fast local storage, gone when the executor ends. */
export class Sandbox {
  readonly #root: string;
  readonly #templates = new Map<string, string>();

  readonly #user: TaskUser;

  private constructor(root: string, user: TaskUser) {
    this.#root = root;
    this.#user = user;
  }

  /** @param user whose the tasks' folders are */
  static async create(user: TaskUser): Promise<Sandbox> {
    const root = await makeOwnedFolder(tmpdir(), 'schedlab-tasks-');
    // Its tasks may go through it to their folders.
    await chmod(root, 0o711);
    return new Sandbox(root, user);
  }

  /**
   * A fresh folder for each of these tasks, cloned from what the setup left behind.
   * @param run the name of the folder that holds them
   */
  async place(
    planned: PlannedCase,
    run: string,
    tasks: readonly PlannedTask[],
    units: Units | null,
  ): Promise<PlacedTask[]> {
    const groups = new Map(planned.groups.map((group) => [group.id, group]));
    await mkdir(join(this.#root, run), { recursive: true });
    const placed: PlacedTask[] = [];
    for (const { id, class: taskClass, group, release_s } of tasks) {
      const { folder: prepared, shell_lines } = groups.get(group) as PlannedGroup;
      // Not its id: a scheduler that looks at paths should not find the class in them.
      const folder = join(this.#root, run, `task-${placed.length + 1}`);
      const environment = {
        ...taskEnvironment(folder),
        ORIGINAL_CWD: planned.original_cwd,
        ...(units ? { WORK_UNITS: String(units[id]) } : {}),
      };
      await clone(await this.#template(prepared), folder, planned.shares_input);
      await giveTo(this.#user, folder);
      placed.push({
        id,
        class: taskClass,
        folder,
        environment,
        command: commandOf(shell_lines, environment),
        releaseS: release_s,
        wantsOutput: planned.checks_output,
      });
    }
    return placed;
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

/** Nothing for who is not root: all is theirs. */
async function giveTo({ uid, gid }: TaskUser, folder: string): Promise<void> {
  if (process.getuid?.() !== 0 || uid === 0) return;
  const names = await readdir(folder, { recursive: true });
  for (const name of [folder, ...names.map((name) => join(folder, name))]) {
    await lchown(name, uid, gid);
  }
}

async function readTail(file: string): Promise<string> {
  return (await readFile(file, 'utf8').catch(() => '')).trim().slice(-500);
}
