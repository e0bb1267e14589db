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
import {
  attempt,
  CONTROL_GROUPS,
  isUnified,
  ownGroup,
  removeGroups,
} from '../../core/control-group.ts';
import { removeAfterUs } from '../../core/janitor.ts';

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
  return isUnified()
    ? limitWithV2(CONTROL_GROUPS, pid, threads, share)
    : limitWithV1(join(CONTROL_GROUPS, 'cpu'), pid, threads, share);
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
    removeAfterUs(group);
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
    removeAfterUs(group);
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

/** Removes the groups of guests that ended when we were killed. */
function removeAbandoned(parent: string): void {
  for (const name of readdirSync(parent)) {
    const pid = /^schedlab-(\d+)$/.exec(name)?.[1];
    if (pid === undefined || existsSync(`/proc/${pid}`)) continue;
    const group = join(parent, name);
    // In vain where another experiment does the same at this moment.
    attempt(() => {
      for (const child of readdirSync(group)) {
        if (child.startsWith('vcpu')) rmdirSync(join(group, child));
      }
      rmdirSync(group);
    });
  }
}
