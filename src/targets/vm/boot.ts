// SPDX-License-Identifier: Apache-2.0
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { open, readFile, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { GuestLostError, LabError } from '../../core/errors.ts';
import { JsonLinesChild } from '../../core/json-lines-child.ts';
import { makeOwnedFolder } from '../../core/owned-folder.ts';
import { packageRoot } from '../../core/paths.ts';
import { nextLine, SILENT, silenceOf, treeCpuS } from '../connection.ts';
import { type Qemu, type Virtiofsd, virtiofsdArguments } from './parts.ts';
import { qemuArguments, type VmSpec } from './qemu-arguments.ts';
import { limitThreads, type VcpuLimit, vcpuShare, vcpuThreads } from './vcpu-limit.ts';

export type GuestSpec = Omit<VmSpec, 'fsSocket' | 'consoleFile' | 'dataFolders' | 'firmware'> & {
  readonly qemu: Qemu;
  readonly virtiofsd: Virtiofsd;
};

/** Runs a program for which this machine's files are read-only. */
const READ_ONLY = join(packageRoot, 'src/targets/vm/serve-read-only.sh');
const POWER_OFF_TIMEOUT_MS = 10_000;

/** A guest that runs; its init has not necessarily come up yet. */
export class Guest {
  readonly vcpuShare: number | null;
  readonly #folder: string;
  readonly #qemu: JsonLinesChild;
  readonly #virtiofsd: ChildProcess;
  readonly #limit: VcpuLimit | null;
  /** It has said something, so QEMU did start it. */
  #wasHeard = false;

  private constructor(
    folder: string,
    qemu: JsonLinesChild,
    virtiofsd: ChildProcess,
    share: number | null,
  ) {
    this.#folder = folder;
    this.#qemu = qemu;
    this.#virtiofsd = virtiofsd;
    this.vcpuShare = share;
    this.#limit = share === null ? null : limitThreads(qemu.pid, vcpuThreads(qemu.pid), share);
  }

  static async start(spec: GuestSpec): Promise<Guest> {
    const folder = await makeOwnedFolder(tmpdir(), 'schedlab-vm-');
    let virtiofsd: ChildProcess | undefined;
    try {
      const fsSocket = join(folder, 'fs.sock');
      const consoleFile = join(folder, 'console.log');
      virtiofsd = await startVirtiofsd(spec.virtiofsd, fsSocket, join(folder, 'virtiofsd.log'));
      const qemu = await startQemu(spec.qemu.program, {
        ...spec,
        fsSocket,
        consoleFile,
        dataFolders: spec.qemu.dataFolders,
        firmware: spec.qemu.firmware,
      });
      return new Guest(folder, qemu, virtiofsd, vcpuShare(spec.cpus, availableParallelism()));
    } catch (error) {
      virtiofsd?.kill('SIGKILL');
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  /** Why the virtual CPUs cannot be limited; null when they can, or need not be. */
  get limitProblem(): string | null {
    return this.#limit?.problem ?? null;
  }

  send(message: object): void {
    this.#qemu.stdin.write(`${JSON.stringify(message)}\n`);
  }

  /** The next line; null when the guest has ended. Throws GUEST when it is silent for `limitMs`. */
  async receive(limitMs: number): Promise<unknown> {
    const line = await nextLine(this.#qemu, limitMs);
    if (line === SILENT) {
      const error = await this.lost('hung', silenceOf('The guest', limitMs));
      // It would not power off either.
      this.kill();
      throw error;
    }
    this.#wasHeard ||= line !== null;
    return line;
  }

  limitVcpus(on: boolean): void {
    this.#limit?.set(on);
  }

  /** CPU seconds that QEMU and its file server have used; null when one is gone. */
  usedCpuS(): number | null {
    const used = [this.#qemu.pid, this.#virtiofsd.pid as number].map(treeCpuS);
    return used.reduce((sum, cpuS) => (sum === null || cpuS === null ? null : sum + cpuS), 0);
  }

  /** An error that carries what the guest and QEMU said last. */
  async lost(ending: 'hung' | 'ended', what: string): Promise<LabError> {
    const { exitCode } = ending === 'ended' ? await this.#qemu.ended : { exitCode: null };
    // Virtual CPUs may be there for a moment before QEMU looks at the kernel's image.
    if (exitCode && !this.#wasHeard) return startsNoGuest(this.#qemu);
    const consoleTail = (await readFile(join(this.#folder, 'console.log'), 'utf8').catch(() => ''))
      .trim()
      .slice(-3000);
    const parts = [
      what,
      this.#qemu.stderr.trim() && `QEMU: ${this.#qemu.stderr.trim()}`,
      consoleTail ? `The end of its console:\n${consoleTail}` : 'Its console is empty.',
    ];
    const hasPanicked = ending === 'ended' && /Kernel panic - not syncing/.test(consoleTail);
    return new GuestLostError(hasPanicked ? 'panicked' : ending, parts.filter(Boolean).join('\n'));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#powerOff();
    // In this order: a guest whose files go away first panics at the very end.
    this.#virtiofsd.kill('SIGKILL');
    await this.#limit?.remove();
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #powerOff(): Promise<void> {
    const ended = await Promise.race([
      this.#qemu.ended,
      sleep(POWER_OFF_TIMEOUT_MS, null, { ref: false }),
    ]);
    if (ended) return;
    this.#qemu.kill('SIGKILL');
    await this.#qemu.ended;
  }

  /** Ends the guest without waiting for it. */
  kill(): void {
    this.#qemu.kill('SIGKILL');
  }
}

async function startVirtiofsd(
  virtiofsd: Virtiofsd,
  socket: string,
  logFile: string,
): Promise<ChildProcess> {
  await using log = await open(logFile, 'w');
  const child = spawn(
    'setpriv',
    [
      ...['--pdeathsig', 'KILL', '--', READ_ONLY, dirname(socket)],
      virtiofsd.program,
      ...virtiofsdArguments(virtiofsd.dialect, socket),
    ],
    { stdio: ['ignore', log.fd, log.fd] },
  );
  child.on('error', () => {});
  for (let waitedMs = 0; !existsSync(socket); waitedMs += 10) {
    if (child.exitCode !== null || waitedMs > 10_000) {
      child.kill('SIGKILL');
      const text = await readFile(logFile, 'utf8');
      throw new LabError(
        'ENVIRONMENT',
        `${virtiofsd.program} does not start:\n${text.trim().slice(-1000)}\n` +
          'It needs root: run with sudo.',
      );
    }
    await sleep(10);
  }
  return child;
}

/** Resolves when the virtual CPUs' threads are there, a moment after QEMU has started. */
async function startQemu(program: string, spec: VmSpec): Promise<JsonLinesChild> {
  const qemu = await JsonLinesChild.start('setpriv', [
    // When we die, it dies, and virtiofsd ends with it.
    ...['--pdeathsig', 'KILL', '--', program],
    ...qemuArguments(spec),
  ]);
  for (let waitedMs = 0; waitedMs < 10_000; waitedMs += 10) {
    const ended = await Promise.race([qemu.ended, sleep(10, null)]);
    if (ended) break;
    if (vcpuThreads(qemu.pid).length >= spec.cpus) return qemu;
  }
  qemu.kill('SIGKILL');
  await qemu.ended;
  throw startsNoGuest(qemu);
}

function startsNoGuest(qemu: JsonLinesChild): LabError {
  return new LabError('ENVIRONMENT', `QEMU does not start a guest: ${qemu.stderr.trim()}`);
}
