// SPDX-License-Identifier: Apache-2.0
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { basename } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { LabError } from './errors.ts';

export interface ChildEnd {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
}

const STDERR_LIMIT = 200_000;
/** The observer's answer for 64 full CPUs is shorter; not much more would fit into a string. */
const LARGEST_LINE_BYTES = 3 * 2 ** 27;
const NEW_LINE = 0x0a;

/**
 * A child that answers with one JSON object a line on its standard output.
 * Light enough for the place of measurement: node's own modules only.
 */
export class JsonLinesChild {
  readonly pid: number;
  readonly stdin: Writable;
  readonly ended: Promise<ChildEnd>;
  readonly #child: ChildProcess;
  readonly #name: string;
  readonly #lines: AsyncIterator<string>;
  #stderr = '';
  /** Bytes of the line that has begun. */
  #lineBytes = 0;

  private constructor(child: ChildProcess, name: string) {
    this.#child = child;
    this.#name = name;
    this.pid = child.pid as number;
    this.stdin = child.stdin as Writable;
    // A child that dies early breaks the pipe; `ended` tells, so the error itself says nothing new.
    this.stdin.on('error', () => {});
    const output = child.stdout as Readable;
    const lines = createInterface({ input: output });
    this.#lines = lines[Symbol.asyncIterator]();
    output.on('data', (chunk: Buffer) => {
      const end = chunk.lastIndexOf(NEW_LINE);
      this.#lineBytes = end < 0 ? this.#lineBytes + chunk.length : chunk.length - end - 1;
      if (this.#lineBytes <= LARGEST_LINE_BYTES) return;
      output.destroy();
      lines.close();
      this.kill('SIGKILL');
    });
    (child.stderr as Readable).setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-STDERR_LIMIT);
    });
    this.ended = once(child, 'close').then(([exitCode, signal]) => ({ exitCode, signal }));
  }

  static async start(file: string, args: readonly string[]): Promise<JsonLinesChild> {
    const child = spawn(file, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    await once(child, 'spawn');
    return new JsonLinesChild(child, basename(file));
  }

  /** What it has written to standard error so far (the end of it, when that is long). */
  get stderr(): string {
    return this.#stderr;
  }

  /**
   * The next object, or null when there will be none.
   * @throws LabError EXECUTOR for a line that is none; the child is told to end then
   */
  async next(): Promise<Record<string, unknown> | null> {
    const { value, done } = await this.#lines.next();
    if (this.#lineBytes > LARGEST_LINE_BYTES) {
      throw new LabError('EXECUTOR', `A line of ${this.#name} is too long to be an answer.`);
    }
    if (done) return null;
    try {
      return parseObject(value, this.#name);
    } catch (error) {
      this.kill('SIGTERM');
      throw error;
    }
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }
}

/** @throws LabError EXECUTOR that shows the line's beginning */
export function parseObject(line: string, program: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return value as Record<string, unknown>;
    }
  } catch {}
  const shown = JSON.stringify(line.slice(0, 200));
  throw new LabError('EXECUTOR', `${program} wrote ${shown} where a JSON object was expected.`);
}
