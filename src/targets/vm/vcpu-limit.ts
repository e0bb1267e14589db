// SPDX-License-Identifier: Apache-2.0
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { LabError, messageOf } from '../../core/errors.ts';

const PERIOD_US = 10_000;
/** Less than the fair share, so that QEMU's other threads never take from a virtual CPU. */
const HEADROOM = 0.8;

/**
 * Share of a host CPU for each virtual one, so that all run at one constant speed whatever the
 * others do; null when there are enough host CPUs.
 */
export function vcpuShare(guestCpus: number, hostCpus: number): number | null {
  return guestCpus > hostCpus ? (HEADROOM * hostCpus) / guestCpus : null;
}

/** Thread ids of a QEMU's virtual CPUs, by the names that debug-threads=on gives. */
export function vcpuThreads(pid: number): number[] {
  const tasks = `/proc/${pid}/task`;
  try {
    return readdirSync(tasks)
      .filter((tid) => readFileSync(join(tasks, tid, 'comm'), 'utf8').startsWith('CPU '))
      .map(Number);
  } catch (error) {
    // The process, or one of its threads, ended while we looked.
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ESRCH') return [];
    throw error;
  }
}

/** CPU-bandwidth limits on threads, each in a control group of its own; not in force at first. */
export interface VcpuLimit {
  /** Why this machine does not allow it; null when it does. */
  readonly problem: string | null;
  set(on: boolean): void;
  /** Removes the groups; for when the threads have ended. */
  remove(): Promise<void>;
}

/** Puts each thread of process `pid` into a group of its own that can limit it to `share` of a CPU. */
export function limitThreads(pid: number, threads: readonly number[], share: number): VcpuLimit {
  const unified = existsSync('/sys/fs/cgroup/cgroup.controllers');
  return unified
    ? limitWithV2('/sys/fs/cgroup', pid, threads, share)
    : limitWithV1('/sys/fs/cgroup/cpu', pid, threads, share);
}

function limitWithV1(
  mount: string,
  pid: number,
  threads: readonly number[],
  share: number,
): VcpuLimit {
  let parent = mount;
  const unknown = attempt(() => {
    parent = join(mount, ownGroup('cpu'));
  });
  const group = join(parent, `schedlab-${pid}`);
  const groups = threads.map((_, index) => join(group, `vcpu${index}`));
  const make = () => {
    removeAbandoned(parent);
    for (const [index, folder] of groups.entries()) {
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, 'cpu.cfs_period_us'), String(PERIOD_US));
      writeFileSync(join(folder, 'tasks'), String(threads[index]));
    }
  };
  const problem = unknown ?? attempt(make);
  return {
    problem,
    set(on) {
      if (problem) return;
      const quota = on ? Math.round(PERIOD_US * share) : -1;
      for (const folder of groups) writeFileSync(join(folder, 'cpu.cfs_quota_us'), String(quota));
    },
    remove: () => removeGroups([...groups, group]),
  };
}

/** With version 2 a process' threads may only be spread below a group that it is in itself. */
export function limitWithV2(
  mount: string,
  pid: number,
  threads: readonly number[],
  share: number,
): VcpuLimit {
  const group = join(mount, `schedlab-${pid}`);
  const groups = threads.map((_, index) => join(group, `vcpu${index}`));
  const problem = attempt(() => {
    removeAbandoned(mount);
    writeFileSync(join(mount, 'cgroup.subtree_control'), '+cpu');
    mkdirSync(group);
    writeFileSync(join(group, 'cgroup.procs'), String(pid));
    for (const [index, folder] of groups.entries()) {
      mkdirSync(folder);
      writeFileSync(join(folder, 'cgroup.type'), 'threaded');
      writeFileSync(join(folder, 'cgroup.threads'), String(threads[index]));
    }
    writeFileSync(join(group, 'cgroup.subtree_control'), '+cpu');
  });
  return {
    problem,
    set(on) {
      if (problem) return;
      const quota = on ? String(Math.round(PERIOD_US * share)) : 'max';
      for (const folder of groups) writeFileSync(join(folder, 'cpu.max'), `${quota} ${PERIOD_US}`);
    },
    remove: () => removeGroups([...groups, group]),
  };
}

/** The group that we are in, in version 1's hierarchy of `controller`. */
function ownGroup(controller: string): string {
  return groupOf(readFileSync('/proc/self/cgroup', 'utf8'), controller);
}

/**
 * The group that `/proc/PID/cgroup` names for `controller`, below the mount of its hierarchy.
 * @throws LabError ENVIRONMENT for a group outside of what we see of the hierarchy
 */
export function groupOf(text: string, controller: string): string {
  for (const line of text.split('\n')) {
    // The group's name may hold colons, too.
    const [, names, group] = /^\d+:([^:]*):(\/.*)$/.exec(line) ?? [];
    if (group === undefined || !names?.split(',').includes(controller)) continue;
    if (!/(^|\/)\.\.(\/|$)|\0/.test(group)) return group;
    throw new LabError('ENVIRONMENT', `Our control group ${group} is outside of what we may see.`);
  }
  return '/';
}

/** Removes the groups of guests that ended when we were killed. */
function removeAbandoned(parent: string): void {
  for (const name of readdirSync(parent)) {
    const pid = /^schedlab-(\d+)$/.exec(name)?.[1];
    if (pid === undefined || existsSync(`/proc/${pid}`)) continue;
    const group = join(parent, name);
    for (const child of readdirSync(group)) {
      if (child.startsWith('vcpu')) rmdirSync(join(group, child));
    }
    rmdirSync(group);
  }
}

async function removeGroups(groups: readonly string[]): Promise<void> {
  for (const group of groups) {
    for (let tries = 0; existsSync(group); tries++) {
      const problem = attempt(() => rmdirSync(group));
      if (problem && tries === 50) throw new Error(problem);
      // The kernel takes a moment to forget a thread that has ended.
      if (problem) await sleep(20);
    }
  }
}

function attempt(action: () => void): string | null {
  try {
    action();
    return null;
  } catch (error) {
    return messageOf(error);
  }
}
