// SPDX-License-Identifier: Apache-2.0
import { LabError } from '../core/errors.ts';
import { JsonLinesChild } from '../core/json-lines-child.ts';
import type { Scheduling, TaskMeasurement } from '../results/run-record.ts';
import type { GateResult } from './gate-result.ts';

export interface GateTask {
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  /** The program and its arguments. */
  readonly command: readonly string[];
  /** Seconds after the gate opens; without it, when it opens. */
  readonly releaseS?: number;
  /** For the task and all that it forks; without it, whatever they would have. */
  readonly scheduling?: Scheduling;
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
  #released: Record<string, unknown> | undefined;

  private constructor(
    child: JsonLinesChild,
    ready: Record<string, unknown>,
    held: readonly HeldTask[],
  ) {
    this.#child = child;
    this.pid = child.pid;
    this.held = held;
    this.#conditions = {
      realtime: ready.realtime === true,
      fixed_layout: ready.fixed_layout === true,
    };
  }

  /** Forks the tasks and resolves when all sleep at the barrier. */
  static async close(program: string, tasks: readonly GateTask[], timeoutS: number): Promise<Gate> {
    const child = await JsonLinesChild.start(program, [String(timeoutS)]);
    child.stdin.write([tasks.length, ...tasks.flatMap(fieldsOf), ''].join('\0'));
    const ready = await child.next();
    if (ready?.event !== 'ready') throw await gateFailure(child);
    const held = heldTasks(ready, tasks.length);
    if (!held) throw await gateFailure(child);
    return new Gate(child, ready, held);
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
        tasks[index] = result as unknown as TaskMeasurement;
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
