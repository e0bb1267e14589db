// SPDX-License-Identifier: Apache-2.0
import { JsonLinesChild } from '../core/json-lines-child.ts';

export interface GateTask {
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  /** The program and its arguments. */
  readonly command: readonly string[];
}

/** One line of the gate for a task; its `index` is the place in the list that was handed in. */
export interface GateTaskResult {
  start_s: number;
  end_s: number;
  user_s: number;
  system_s: number;
  wait_s: number;
  voluntary_switches: number;
  involuntary_switches: number;
  max_rss_bytes: number;
  exit_code: number | null;
  signal: number | null;
}

export interface GateResult {
  readonly realtime: boolean;
  /** Tasks that slept at the barrier and were woken. */
  readonly woken: number;
  readonly spread_s: number;
  readonly ending: 'ended' | 'timed_out' | 'interrupted';
  /** Processes that the tasks left behind, killed. */
  readonly leftovers: number;
  readonly tasks: readonly GateTaskResult[];
}

/** The gate program with all tasks asleep at its barrier. */
export class Gate {
  readonly pid: number;
  /** The tasks' processes, its children. */
  readonly pids: readonly number[];
  readonly #realtime: boolean;
  readonly #child: JsonLinesChild;
  #released: Record<string, unknown> | undefined;

  private constructor(child: JsonLinesChild, pids: readonly number[], realtime: boolean) {
    this.#child = child;
    this.pid = child.pid;
    this.pids = pids;
    this.#realtime = realtime;
  }

  /** Forks the tasks and resolves when all sleep at the barrier. */
  static async close(program: string, tasks: readonly GateTask[], timeoutS: number): Promise<Gate> {
    const child = await JsonLinesChild.start(program, [String(timeoutS)]);
    child.stdin.write([tasks.length, ...tasks.flatMap(fieldsOf), ''].join('\0'));
    const ready = await child.next();
    if (ready?.event !== 'ready') throw await gateFailure(child);
    return new Gate(child, ready.pids as number[], ready.realtime === true);
  }

  /** Releases the tasks at one instant and resolves when all have ended; `results` tells how. */
  async open(): Promise<void> {
    this.#child.stdin.write('g');
    const released = await this.#child.next();
    if (released?.event !== 'released') throw await gateFailure(this.#child);
    this.#released = released;
  }

  async results(): Promise<GateResult> {
    const tasks: GateTaskResult[] = [];
    for (;;) {
      const line = await this.#child.next();
      if (line?.event === 'task') {
        const { event: _, index, ...result } = line;
        tasks[index as number] = result as unknown as GateTaskResult;
      } else if (line?.event === 'done') {
        await this.#child.ended;
        return {
          realtime: this.#realtime,
          woken: this.#released?.woken as number,
          spread_s: this.#released?.spread_s as number,
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

function fieldsOf({ folder, environment, command }: GateTask): (string | number)[] {
  const variables = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
  return [folder, variables.length, ...variables, command.length, ...command];
}

async function gateFailure(child: JsonLinesChild): Promise<Error> {
  child.stdin.end();
  const end = await child.ended;
  return new Error(child.stderr.trim() || `the gate ended with ${end.signal ?? end.exitCode}`);
}
