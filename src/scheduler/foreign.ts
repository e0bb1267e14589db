// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { LabError } from '../core/errors.ts';
import { runCommand } from '../core/run-command.ts';
import type { Warning } from '../results/experiment-record.ts';
import { readKernelState, waitUntilNoScheduler } from './kernel-state.ts';

const STOP_LIMIT_MS = 10_000;
const RESTORE_LIMIT_MS = 30_000;

/** Who keeps somebody else's scheduler loaded, and how it was started. */
interface Owner {
  readonly pid: number;
  /** The systemd service that it is of; null for a program that somebody started. */
  readonly service: string | null;
  readonly program: string;
  readonly args: readonly string[];
  readonly folder: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly uid: number;
  readonly gid: number;
}

/**
 * Stops the program that has a scheduler loaded here, and returns what starts it again: a warning
 * when that does not bring the scheduler back. Null when none is loaded.
 * @throws LabError ENVIRONMENT when nobody is found who holds it, or it does not stop
 */
export async function replaceScheduler(): Promise<(() => Promise<Warning | null>) | null> {
  if (await waitUntilNoScheduler(0)) return null;
  const { ops } = await readKernelState();
  const owner = await findOwner();
  if (!owner) {
    throw new LabError(
      'ENVIRONMENT',
      `Cannot replace the scheduler ${ops}: no process holds it (it may be pinned in /sys/fs/bpf). ` +
        'Unload it as it was loaded, or measure in a guest: --target vm.',
    );
  }
  if (owner.service) await runCommand('systemctl', ['stop', owner.service]);
  else process.kill(owner.pid, 'SIGINT');
  if (!(await waitUntilNoScheduler(STOP_LIMIT_MS))) {
    throw new LabError(
      'ENVIRONMENT',
      `Cannot replace the scheduler ${ops}: ${describe(owner)} was asked to stop and has not within ` +
        `${STOP_LIMIT_MS / 1000} s. Stop it yourself, or measure in a guest: --target vm.`,
    );
  }
  return () => restore(owner, ops ?? '');
}

async function restore(owner: Owner, ops: string): Promise<Warning | null> {
  await start(owner);
  for (let waitedMs = 0; waitedMs < RESTORE_LIMIT_MS; waitedMs += 100) {
    const now = await readKernelState();
    if (now.state === 'enabled' && now.ops === ops) return null;
    await sleep(100);
  }
  const message = `The scheduler ${ops} that was loaded before has not come back: start ${describe(owner)}.`;
  return { code: 'scheduler_not_restored', message };
}

async function start(owner: Owner): Promise<void> {
  const { service, program, args, folder, environment, uid, gid } = owner;
  if (service) {
    await runCommand('systemctl', ['start', service]);
    return;
  }
  const options = { cwd: folder, env: environment, uid, gid };
  // No child of ours: it is to live on, also when it ends with its parent, as our loader does.
  const child = spawn('setsid', ['--fork', program, ...args], { ...options, stdio: 'ignore' });
  child.on('error', () => {});
  child.unref();
}

function describe({ service, program, args }: Owner): string {
  return service ?? [program, ...args].join(' ');
}

/** The process that holds the link by which a scheduler is attached. */
async function findOwner(): Promise<Owner | null> {
  for (const name of await readdir('/proc')) {
    if (/^\d+$/.test(name) && (await holdsScheduler(name))) return ownerOf(name).catch(() => null);
  }
  return null;
}

async function holdsScheduler(pid: string): Promise<boolean> {
  const folder = `/proc/${pid}/fdinfo`;
  for (const fd of await readdir(folder).catch(() => [])) {
    const text = await readFile(`${folder}/${fd}`, 'utf8').catch(() => '');
    if (/^link_type:\s*struct_ops$/m.test(text)) return true;
  }
  return false;
}

async function ownerOf(pid: string): Promise<Owner> {
  const read = (file: string) => readFile(`/proc/${pid}/${file}`, 'utf8');
  const list = async (file: string) => (await read(file)).split('\0').filter(Boolean);
  const status = await read('status');
  const idOf = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1]);
  const [, ...args] = await list('cmdline');
  const variables = (await list('environ')).map((text) => {
    const at = text.indexOf('=');
    return [text.slice(0, at), text.slice(at + 1)];
  });
  return {
    pid: Number(pid),
    service: await serviceOf(pid, await read('cgroup')),
    program: await readlink(`/proc/${pid}/exe`),
    args,
    folder: await readlink(`/proc/${pid}/cwd`),
    environment: Object.fromEntries(variables),
    uid: idOf('Uid'),
    gid: idOf('Gid'),
  };
}

/** Only where it is the service's main process: others in its group may be somebody's shell. */
async function serviceOf(pid: string, groups: string): Promise<string | null> {
  const service = /:\/system\.slice\/([\w@.-]+\.service)$/m.exec(groups)?.[1];
  if (!service) return null;
  const main = await runCommand('systemctl', ['show', '--property=MainPID', '--value', service]);
  return main.stdout.trim() === pid ? service : null;
}
