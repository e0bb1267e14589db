// SPDX-License-Identifier: Apache-2.0
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

export interface ChildEnd {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
}

const STDERR_LIMIT = 200_000;

/**
 * A child that answers with one JSON object a line on its standard output.
 * Light enough for the place of measurement: node's own modules only.
 */
export class JsonLinesChild {
  readonly pid: number;
  readonly stdin: Writable;
  readonly ended: Promise<ChildEnd>;
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  #stderr = '';

  private constructor(child: ChildProcess) {
    this.#child = child;
    this.pid = child.pid as number;
    this.stdin = child.stdin as Writable;
    // A child that dies early breaks the pipe; `ended` tells, so the error itself says nothing new.
    this.stdin.on('error', () => {});
    this.#lines = createInterface({ input: child.stdout as Readable })[Symbol.asyncIterator]();
    (child.stderr as Readable).setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-STDERR_LIMIT);
    });
    this.ended = once(child, 'close').then(([exitCode, signal]) => ({ exitCode, signal }));
  }

  static async start(file: string, args: readonly string[]): Promise<JsonLinesChild> {
    const child = spawn(file, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    await once(child, 'spawn');
    return new JsonLinesChild(child);
  }

  /** What it has written to standard error so far (the end of it, when that is long). */
  get stderr(): string {
    return this.#stderr;
  }

  /** The next object, or null when there will be none. Throws for a line that is not JSON. */
  async next(): Promise<Record<string, unknown> | null> {
    const { value, done } = await this.#lines.next();
    return done ? null : (JSON.parse(value) as Record<string, unknown>);
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }
}
