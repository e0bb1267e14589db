// SPDX-License-Identifier: Apache-2.0
import { JsonLinesChild } from '../core/json-lines-child.ts';
import type { SchedulerExit } from '../results/run-record.ts';
import { waitUntilNoScheduler } from './kernel-state.ts';

const UNLOAD_TIMEOUT_MS = 15_000;

/** A scheduler that somebody holds in the kernel for us. */
export interface LoadedScheduler {
  readonly attached: Attached;
  /** Takes it out of the kernel, unless it already is, and says how it left. Once. */
  unload(): Promise<SchedulerExit>;
}

export type LoadResult =
  | { kind: 'loaded'; scheduler: LoadedScheduler }
  /** `exit`: it had got so far that the kernel said why. */
  | { kind: 'rejected'; message: string; exit: SchedulerExit | null };

/** What is known of a scheduler that the kernel runs. */
export interface Attached {
  /** Its name in the kernel. */
  readonly ops: string;
  /** Those that were set, with the values that the kernel holds. */
  readonly tunables: string[];
  /** Constants that the object wanted from the kernel, which has none of that name. */
  readonly missing_constants: string[];
  /** What it has learned before; null when that is not kept. */
  readonly history: { readonly loaded: number; readonly damaged: number } | null;
}

export interface LoadOptions {
  /** `NAME=VALUE` each. */
  readonly tunables: readonly string[];
  /** Where it keeps what it learns; null where it does not learn. */
  readonly historyFile: string | null;
  /** The kernel times the callbacks, which costs a little. */
  readonly callbackTimes: boolean;
  /** How long a task may wait before the kernel ejects it, unless it says so itself. */
  readonly watchdogS: number;
}

/** Loads a compiled scheduler; resolves once the kernel runs it, or has refused it. */
export async function loadScheduler(
  loader: string,
  object: string,
  { tunables, historyFile, callbackTimes, watchdogS }: LoadOptions,
): Promise<LoadResult> {
  const options = [
    ...['--timeout-ms', String(Math.round(watchdogS * 1000))],
    ...(historyFile === null ? [] : ['--history', historyFile]),
    ...(callbackTimes ? ['--callback-times'] : []),
  ];
  const child = await JsonLinesChild.start(loader, [...options, object, ...tunables]);
  const first = await child.next();
  if (first?.event === 'attached') {
    const attached = attachedOf(first);
    if (attached) return { kind: 'loaded', scheduler: new LoaderChild(child, attached) };
  }
  child.kill('SIGTERM');
  await child.ended;
  return first
    ? { kind: 'rejected', message: 'the kernel did not enable it', exit: exitOf(first) }
    : { kind: 'rejected', message: child.stderr.trim(), exit: null };
}

class LoaderChild implements LoadedScheduler {
  readonly attached: Attached;
  readonly #child: JsonLinesChild;

  constructor(child: JsonLinesChild, attached: Attached) {
    this.#child = child;
    this.attached = attached;
  }

  async unload(): Promise<SchedulerExit> {
    this.#child.kill('SIGINT');
    const grace = setTimeout(() => this.#child.kill('SIGKILL'), UNLOAD_TIMEOUT_MS);
    const [last, end] = await Promise.all([this.#child.next(), this.#child.ended]).finally(() =>
      clearTimeout(grace),
    );
    if (!(await waitUntilNoScheduler(UNLOAD_TIMEOUT_MS))) {
      throw new Error(
        `the scheduler ${this.attached.ops} is still loaded after its loader has ended`,
      );
    }
    if (last) return exitOf(last);
    const how = end.signal ? `was ended by ${end.signal}` : `exited with ${end.exitCode}`;
    return {
      by: 'unknown',
      kind: 0,
      reason: `the loader ${how}`,
      message: this.#child.stderr.trim(),
    };
  }
}

/** Null when the loader of this build does not write such a line. */
export function attachedOf(line: Record<string, unknown>): Attached | null {
  const { ops, tunables, missing_constants, history } = line;
  if (typeof ops !== 'string' || !isTexts(tunables) || !isTexts(missing_constants)) return null;
  if (history === null) return { ops, tunables, missing_constants, history };
  const { loaded, damaged } = (history ?? {}) as Record<string, unknown>;
  if (!isCount(loaded) || !isCount(damaged)) return null;
  return { ops, tunables, missing_constants, history: { loaded, damaged } };
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((text) => typeof text === 'string');
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** What it lacks is empty. */
export function exitOf(line: Record<string, unknown>): SchedulerExit {
  const text = (value: unknown) => (typeof value === 'string' ? value : '');
  return {
    by: line.by === 'user' || line.by === 'kernel' ? line.by : 'unknown',
    kind: Number.isSafeInteger(line.kind) ? (line.kind as number) : 0,
    reason: text(line.reason),
    message: text(line.message),
    ...(typeof line.dump === 'string' ? { dump: line.dump } : {}),
    ...(Array.isArray(line.callbacks) ? { callbacks: line.callbacks.flatMap(inSeconds) } : {}),
  };
}

function inSeconds(callback: unknown) {
  const { name, runs, time_ns } = (callback ?? {}) as Record<string, unknown>;
  if (typeof name !== 'string' || !isCount(runs) || !isCount(time_ns)) return [];
  return [{ name, runs, time_s: time_ns / 1e9 }];
}
