// SPDX-License-Identifier: Apache-2.0
import type { TaskCounts } from '../cases/task-groups.ts';
import type { Work } from '../cases/work.ts';
import { longCpuTime } from './calibrate.ts';

/**
 * Seconds of the ideal schedule of a run whose tasks have the sizes that their case wants; drawn
 * sizes are taken for the mean, as if all were released at once.
 */
export function idealRunS(
  { short_cpu_s, skew = 'balanced' }: Work,
  { short, long }: TaskCounts,
  scale: number,
  cpus: number,
): number {
  const shortS = short_cpu_s * scale;
  const longS = longCpuTime(shortS, short, long, cpus, skew);
  return Math.max(longS, (short * shortS + long * longS) / cpus);
}
