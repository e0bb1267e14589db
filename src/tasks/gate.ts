// SPDX-License-Identifier: Apache-2.0
import { LabError } from '../core/errors.ts';
import { JsonLinesChild } from '../core/json-lines-child.ts';
import type { TaskUser } from '../core/privileges.ts';
import type { Scheduling, TaskMeasurement } from '../results/run-record.ts';
import type { GateResult } from './gate-result.ts';
import type { TaskGroups } from './task-groups.ts';

export interface GateTask {
  readonly folder: string;
  /** All of it: nothing is inherited. */
  readonly environment: Readonly<Record<string, string>>;
  /** The program, which is looked for in the environment's PATH, and its arguments. */
  readonly command: readonly string[];
  /** Seconds after the gate opens; without it, when it opens. */
  readonly releaseS?: number;
  /** For the task and all that it forks; without it, whatever they would have. */
  readonly scheduling?: Scheduling;
}

export interface GateLimits {
  readonly timeoutS: number;
  readonly user: TaskUser;
  /** Null: the tasks have no limits. */
  readonly groups: TaskGroups | null;
}

/** A task at the barrier. */
export interface HeldTask {
  readonly pid: number;
  /** Read back from the kernel. */
  readonly scheduling: Scheduling;
  /** Why the scheduling that was asked for could not be had. */
  readonly error: string | null;
}

/** The gate program with all tasks asleep at its barrier. */
export class Gate {
  readonly pid: number;
  /** In the order in which the tasks were handed in. */
  readonly held: readonly HeldTask[];
  readonly #conditions: Pick<GateResult, 'realtime' | 'fixed_layout'>;
  readonly #child: JsonLinesChild;
  readonly #groups: TaskGroups | null;
  #released: Record<string, unknown> | undefined;

  private constructor(
    child: JsonLinesChild,
    ready: Record<string, unknown>,
    held: readonly HeldTask[],
    groups: TaskGroups | null,
  ) {
    this.#child = child;
    this.#groups = groups;
    this.pid = child.pid;
    this.held = held;
    this.#conditions = {
      realtime: ready.realtime === true,
      fixed_layout: ready.fixed_layout === true,
    };
  }

  /** Forks the tasks, without privileges, and resolves when all sleep at the barrier. */
  static async close(
    program: string,
    tasks: readonly GateTask[],
    { timeoutS, user, groups }: GateLimits,
  ): Promise<Gate> {
    const child = await JsonLinesChild.start(program, [timeoutS, user.uid, user.gid].map(String));
    child.stdin.write([tasks.length, ...tasks.flatMap(fieldsOf), ''].join('\0'));
    const ready = await child.next();
    if (ready?.event !== 'ready') throw await gateFailure(child);
    const held = heldTasks(ready, tasks.length);
    if (!held) throw await gateFailure(child);
    groups?.confine(held.map(({ pid }) => pid));
    return new Gate(child, ready, held, groups);
  }

  /** Releases the tasks, each when it is due, and resolves when all have ended; `results` tells how. */
  async open(): Promise<void> {
    this.#child.stdin.write('g');
    const released = await this.#child.next();
    if (released?.event !== 'released') throw await gateFailure(this.#child);
    this.#released = released;
  }

  async results(): Promise<GateResult> {
    const tasks: TaskMeasurement[] = [];
    for (;;) {
      const line = await this.#child.next();
      if (line?.event === 'task') {
        const { event: _, index, ...result } = line;
        if (!isPlace(index, this.held.length)) throw await gateFailure(this.#child);
        const limit = this.#groups?.limitHit(index);
        tasks[index] = { ...result, ...(limit ? { limit } : {}) } as unknown as TaskMeasurement;
      } else if (line?.event === 'done') {
        await this.#child.ended;
        return {
          ...this.#conditions,
          woken: this.#released?.woken as number,
          spread_s: this.#released?.spread_s as number,
          opened_ns: this.#released?.opened_ns as number,
          ending: line.ending as GateResult['ending'],
          leftovers: line.leftovers as number,
          tasks,
        };
      } else {
        throw await gateFailure(this.#child);
      }
    }
  }

  /** Kills the tasks; `open`, if it was called, then resolves with what there is. */
  kill(): void {
    this.#child.kill('SIGTERM');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.stdin.end();
    await this.#child.ended;
    await this.#groups?.dissolve();
  }
}

/** Of so many tasks; null when the line does not say that of each. */
export function heldTasks(ready: Record<string, unknown>, count: number): HeldTask[] | null {
  const { held } = ready;
  if (!Array.isArray(held) || held.length !== count) return null;
  const isProcess = (task: Partial<HeldTask> | null) =>
    Number.isSafeInteger(task?.pid) && (task?.pid as number) > 0;
  return held.every(isProcess) ? held : null;
}

function isPlace(value: unknown, count: number): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) < count;
}

function fieldsOf({
  folder,
  environment,
  command,
  releaseS,
  scheduling,
}: GateTask): (string | number)[] {
  const variables = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
  return [
    folder,
    scheduling ? `${scheduling.policy} ${scheduling.nice} ${scheduling.rt_priority}` : '',
    Math.round((releaseS ?? 0) * 1e9),
    variables.length,
    ...variables,
    command.length,
    ...command,
  ];
}

async function gateFailure(child: JsonLinesChild): Promise<LabError> {
  child.stdin.end();
  const end = await child.ended;
  const message = child.stderr.trim() || `the gate ended with ${end.signal ?? end.exitCode}`;
  return new LabError('EXECUTOR', message);
}
