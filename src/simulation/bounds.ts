// SPDX-License-Identifier: Apache-2.0

/**
 * The makespan of the best preemptive schedule: max(longest task, total / CPUs), or 0 for no task.
 * It is a lower bound for every schedule, and exact: McNaughton's wrap-around rule reaches it by
 * filling one CPU after the other up to it and cutting a task in two where a CPU is full; no task is
 * longer than that, so its parts do not overlap. (R. McNaughton, "Scheduling with Deadlines and Loss
 * Functions", Management Science 6(1), 1959.)
 */
export function idealMakespan(cpuTimes: readonly number[], cpus: number): number {
  return Math.max(longestOf(cpuTimes), totalOf(cpuTimes) / cpus);
}

/**
 * What no list schedule exceeds: while the task that ends last waits, all CPUs work, so
 * total / CPUs + (1 − 1/CPUs) · longest. It is at most (2 − 1/CPUs) times the ideal makespan, and
 * it holds for any schedule in which no CPU idles while a task waits, preemptive ones too.
 * (R. L. Graham, "Bounds for Certain Multiprocessing Anomalies", Bell System Technical Journal
 * 45(9), 1966.)
 */
export function worstListMakespan(cpuTimes: readonly number[], cpus: number): number {
  return totalOf(cpuTimes) / cpus + (1 - 1 / cpus) * longestOf(cpuTimes);
}

/** 2 − 1/CPUs: a list schedule's makespan / the ideal one, at worst (Graham 1966). */
export function worstListRatio(cpus: number): number {
  return 2 - 1 / cpus;
}

/**
 * 4/3 − 1/(3 · CPUs): the makespan of longest processing time first / that of the best schedule
 * without preemption, at worst. (R. L. Graham, "Bounds on Multiprocessing Timing Anomalies", SIAM
 * Journal on Applied Mathematics 17(2), 1969.)
 */
export function worstLptRatio(cpus: number): number {
  return 4 / 3 - 1 / (3 * cpus);
}

function longestOf(cpuTimes: readonly number[]): number {
  return cpuTimes.reduce((longest, cpuTime) => Math.max(longest, cpuTime), 0);
}

function totalOf(cpuTimes: readonly number[]): number {
  return cpuTimes.reduce((total, cpuTime) => total + cpuTime, 0);
}
