// SPDX-License-Identifier: Apache-2.0
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  attempt,
  CONTROL_GROUPS,
  isUnified,
  ownGroup,
  removeGroups,
} from '../core/control-group.ts';
import { removeAfterUs } from '../core/janitor.ts';

/** What each task may have at most, with all that it starts. */
export interface TaskLimits {
  readonly memoryBytes: number;
  readonly processes: number;
}

/** Unless the user says otherwise. */
export const TASK_PROCESSES = 1000;

export type LimitKind = 'memory' | 'processes';

/** Where the limits and what became of them are, in both versions of control groups. */
interface Layout {
  /** Each holds a group for every task. */
  readonly parents: readonly string[];
  readonly memoryLimit: string;
  /** Its `oom_kill` counts the processes that were killed for want of memory. */
  readonly memoryEvents: string;
}

/** Control groups in which tasks keep to their limits, however many processes they start. */
export class TaskGroups {
  /** Why this machine does not allow it; null when it does. */
  readonly problem: string | null;
  readonly #layout: Layout;
  readonly #limits: TaskLimits;

  private constructor(layout: Layout, limits: TaskLimits, problem: string | null) {
    this.#layout = layout;
    this.#limits = limits;
    this.problem = problem;
  }

  /** @param allMemoryBytes what all tasks may use together */
  static create(limits: TaskLimits, allMemoryBytes: number): TaskGroups {
    let layout: Layout = { parents: [], memoryLimit: '', memoryEvents: '' };
    const problem = attempt(() => {
      layout = isUnified() ? layoutOfV2() : layoutOfV1();
      for (const parent of layout.parents) {
        mkdirSync(parent);
        removeAfterUs(parent);
        if (isUnified()) writeFileSync(join(parent, 'cgroup.subtree_control'), '+memory +pids');
        const limit = join(parent, layout.memoryLimit);
        if (existsSync(limit)) writeFileSync(limit, String(allMemoryBytes));
      }
    });
    return new TaskGroups(layout, limits, problem);
  }

  /** Puts each of these processes, and all that it will start, into a group of its own. */
  confine(pids: readonly number[]): void {
    if (this.problem) return;
    for (const [index, pid] of pids.entries()) {
      for (const parent of this.#layout.parents) {
        const group = join(parent, `task-${index}`);
        mkdirSync(group);
        this.#setLimits(group);
        writeFileSync(join(group, 'cgroup.procs'), String(pid));
      }
    }
  }

  /** The limit that the task of that place has run into. */
  limitHit(index: number): LimitKind | null {
    const count = (file: string, name: string) => {
      const files = this.#layout.parents.map((parent) => join(parent, `task-${index}`, file));
      const texts = files.filter(existsSync).map((path) => readFileSync(path, 'utf8'));
      return texts.some((text) => Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1]) > 0);
    };
    if (this.problem) return null;
    if (count(this.#layout.memoryEvents, 'oom_kill')) return 'memory';
    return count('pids.events', 'max') ? 'processes' : null;
  }

  /** Ends the groups of the tasks, which have ended. */
  async dissolve(): Promise<void> {
    if (this.problem) return;
    for (const parent of this.#layout.parents) {
      const names = readdirSync(parent).filter((name) => name.startsWith('task-'));
      await removeGroups(names.map((name) => join(parent, name)));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.problem) return;
    await this.dissolve();
    await removeGroups(this.#layout.parents);
  }

  #setLimits(group: string): void {
    const { memoryBytes, processes } = this.#limits;
    const values = { [this.#layout.memoryLimit]: memoryBytes, 'pids.max': processes };
    for (const [name, value] of Object.entries(values)) {
      // In version 1 each controller has its own half of a group.
      if (existsSync(join(group, name))) writeFileSync(join(group, name), String(value));
    }
  }
}

function layoutOfV2(): Layout {
  attempt(() => writeFileSync(join(CONTROL_GROUPS, 'cgroup.subtree_control'), '+memory +pids'));
  return {
    parents: [join(CONTROL_GROUPS, groupName())],
    memoryLimit: 'memory.max',
    memoryEvents: 'memory.events',
  };
}

function layoutOfV1(): Layout {
  return {
    parents: ['memory', 'pids'].map((controller) =>
      join(CONTROL_GROUPS, controller, ownGroup(controller), groupName()),
    ),
    memoryLimit: 'memory.limit_in_bytes',
    memoryEvents: 'memory.oom_control',
  };
}

function groupName(): string {
  return `schedlab-tasks-${process.pid}`;
}
