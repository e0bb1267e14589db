// SPDX-License-Identifier: Apache-2.0
import type { TaskRecord } from './run-record.ts';

/**
 * No schedule of this work on this many CPUs ends sooner, in seconds since the first release:
 *
 *   max over tasks i of  release_i + max(cpu_i, Σ cpu_j of all j with release_j ≥ release_i / CPUs)
 *
 * A task cannot end before it has had its CPU time, on one CPU at a time, after its release; and
 * what is released at an instant or later must fit behind that instant on all CPUs together. For
 * tasks that are released together this is max(CPU time of the longest, total CPU time / CPUs).
 * (Work of a task that runs on several CPUs at once may end before the first term says.)
 */
export function lowerBound(
  tasks: readonly Pick<TaskRecord, 'user_s' | 'system_s' | 'release_s'>[],
  cpus: number,
): number {
  const byRelease = tasks
    .map(({ user_s, system_s, release_s = 0 }) => ({
      cpuS: user_s + system_s,
      releaseS: release_s,
    }))
    .toSorted((a, b) => b.releaseS - a.releaseS);
  let bound = 0;
  let laterCpuS = 0;
  for (const { cpuS, releaseS } of byRelease) {
    laterCpuS += cpuS;
    bound = Math.max(bound, releaseS + Math.max(cpuS, laterCpuS / cpus));
  }
  return bound;
}
