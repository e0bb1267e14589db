// SPDX-License-Identifier: Apache-2.0
import type { Work } from '../cases/case-file.ts';
import { longCpuTime } from './calibrate.ts';

/** Seconds of the ideal schedule of a run whose tasks have the sizes that their case wants. */
export function idealRunS(
  work: Work,
  shortTasks: number,
  longTasks: number,
  scale: number,
  cpus: number,
): number {
  const shortS = work.short_cpu_s * scale;
  const longS = longCpuTime(shortS, shortTasks, longTasks, cpus, work.skew);
  return Math.max(longS, (shortTasks * shortS + longTasks * longS) / cpus);
}
