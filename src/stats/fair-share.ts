// SPDX-License-Identifier: Apache-2.0

/**
 * Makespan of ideal fair sharing: all tasks are released at once, every one of n that still run
 * gets min(1, CPUs / n) of a CPU (generalised processor sharing with a limit of one CPU a task).
 * @param cpuTimesS CPU seconds of each task
 */
export function fairMakespan(cpuTimesS: readonly number[], cpus: number): number {
  const sorted = cpuTimesS.toSorted((a, b) => a - b);
  let attainedS = 0;
  let nowS = 0;
  for (const [ended, cpuTimeS] of sorted.entries()) {
    const running = sorted.length - ended;
    nowS += (cpuTimeS - attainedS) * Math.max(1, running / cpus);
    attainedS = cpuTimeS;
  }
  return nowS;
}
