// SPDX-License-Identifier: Apache-2.0
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type FileHandle, mkdtemp, open, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SchedulerExit } from '../results/run-record.ts';
import { readKernelState, waitUntilNoScheduler } from './kernel-state.ts';
import type { Attached, LoadedScheduler, LoadResult } from './load.ts';

/** A program that brings a scheduler, as its user would start it. */
export interface ProgramCommand {
  /** For /bin/sh. */
  readonly command_line: string;
  /** Where it runs. */
  readonly folder: string;
  /** Its PATH; the place of measurement may have another one. */
  readonly path: string;
}

const POLL_MS = 20;
const GONE_TIMEOUT_MS = 15_000;
const OUTPUT_TAIL_BYTES = 2000;
/** How it is asked to end, ever more firmly, and how long each may take. */
const STOPPING = [
  ['SIGINT', 5_000],
  ['SIGTERM', 5_000],
  ['SIGKILL', 5_000],
] as const;

/**
 * Starts a scheduler program and resolves once the kernel runs a scheduler; or, with the end of
 * what it wrote, once it has ended or `limitMs` has passed without one.
 */
export async function startProgram(
  command: ProgramCommand,
  limitMs: number,
  signal: AbortSignal,
): Promise<LoadResult> {
  const program = await SchedulerProgram.start(command);
  let failure = '';
  try {
    const deadline = Date.now() + limitMs;
    while (!failure) {
      signal.throwIfAborted();
      const { state, ops } = await readKernelState();
      if (program.end) failure = `the program ${program.end} and no scheduler was attached`;
      else if (state === 'enabled' && ops) {
        program.holds(ops);
        return { kind: 'loaded', scheduler: program };
      } else if (Date.now() > deadline) failure = `no scheduler attached in ${limitMs / 1000} s`;
      else await sleep(POLL_MS);
    }
  } catch (error) {
    await program.unload();
    throw error;
  }
  const { message } = await program.unload();
  return { kind: 'rejected', message: message ? `${failure}: ${message}` : failure, exit: null };
}

class SchedulerProgram implements LoadedScheduler {
  #ops = '';
  /** How the program ended; null while it runs. What it started may outlive it. */
  end: string | null = null;
  readonly #group: number;
  readonly #guard: ChildProcess;
  readonly #output: FileHandle;

  private constructor(child: ChildProcess, output: FileHandle) {
    this.#group = child.pid as number;
    this.#guard = startGuard(this.#group);
    this.#output = output;
    child.once('exit', (code, signal) => {
      this.end = signal ? `was ended by ${signal}` : `exited with ${code}`;
    });
  }

  static async start({ command_line, folder, path }: ProgramCommand): Promise<SchedulerProgram> {
    const output = await openNamelessFile();
    const child = spawn('/bin/sh', ['-c', command_line], {
      cwd: folder,
      env: { ...process.env, PATH: path },
      // In a group of its own, so that all that it starts can be ended with it.
      detached: true,
      // Not a pipe: reading what it says would take CPU time from the tasks.
      stdio: ['ignore', output.fd, output.fd],
    });
    await once(child, 'spawn');
    return new SchedulerProgram(child, output);
  }

  holds(ops: string): void {
    this.#ops = ops;
  }

  get attached(): Attached {
    return { ops: this.#ops, tunables: [], missing_constants: [], history: null };
  }

  /** Stops the program and all that it started, and says how the scheduler left. */
  async unload(): Promise<SchedulerExit> {
    const endBefore = this.end;
    const before = await readKernelState();
    const signal = await this.#stop();
    this.#guard.kill('SIGKILL');
    if (!(await waitUntilNoScheduler(GONE_TIMEOUT_MS))) {
      const { ops } = await readKernelState();
      throw new Error(`the scheduler ${ops} is still loaded after its program has ended`);
    }
    const message = await this.#takeOutput();
    if (endBefore) {
      return { by: 'unknown', kind: 0, reason: `the program ${endBefore} by itself`, message };
    }
    if (before.state !== 'enabled' || before.ops !== this.#ops) {
      const reason = 'it was no longer loaded when its program was stopped';
      return { by: 'kernel', kind: 0, reason, message };
    }
    return { by: 'user', kind: 0, reason: `the program ended after ${signal}`, message };
  }

  async #stop(): Promise<string> {
    for (const [signal, graceMs] of STOPPING) {
      signalGroup(this.#group, signal);
      if (await isGone(this.#group, graceMs)) return signal;
    }
    throw new Error(`processes of the scheduler program stay: group ${this.#group}`);
  }

  /** The end of what it wrote; nothing of it is kept. */
  async #takeOutput(): Promise<string> {
    await using output = this.#output;
    const { size } = await output.stat();
    const buffer = Buffer.alloc(Math.min(size, OUTPUT_TAIL_BYTES));
    await output.read(buffer, 0, buffer.length, size - buffer.length);
    return buffer.toString('utf8').trim();
  }
}

/** Ends the group when we die without having done so: the other end of its input closes then. */
function startGuard(group: number): ChildProcess {
  const kill = (signal: string) => `kill -s ${signal} -- -${group}`;
  return spawn('/bin/sh', ['-c', `read _; ${kill('INT')}; sleep 2; ${kill('KILL')}`], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
}

/** False when there was nobody left to be told. */
function signalGroup(group: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-group, signal);
  } catch {
    return false;
  }
}

async function isGone(group: number, limitMs: number): Promise<boolean> {
  for (const deadline = Date.now() + limitMs; await isAlive(group); await sleep(POLL_MS)) {
    if (Date.now() > deadline) return false;
  }
  return true;
}

/** A process that has ended but whose parent has not noticed does not count. */
async function isAlive(group: number): Promise<boolean> {
  if (!signalGroup(group, 0)) return false;
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const stats = await Promise.all(
    pids.map((pid) => readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')),
  );
  // Behind the name, which may hold anything: state, parent, group.
  return stats.some((stat) => {
    const [state, , itsGroup] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return Number(itsGroup) === group && state !== 'Z' && state !== 'X';
  });
}

/** Vanishes with its last user. */
async function openNamelessFile(): Promise<FileHandle> {
  const folder = await mkdtemp(join(tmpdir(), 'schedlab-'));
  const file = await open(join(folder, 'output'), 'a+');
  await rm(folder, { recursive: true });
  return file;
}
