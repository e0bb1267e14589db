// SPDX-License-Identifier: Apache-2.0
import { assertNever } from '../core/assert-never.ts';
import { fairMakespan } from '../stats/fair-share.ts';
import { idealMakespan } from './bounds.ts';
import { longestFirst } from './longest-first.ts';
import { largestFirst, roundRobin } from './one-queue.ts';
import { queuePerCpu } from './queue-per-cpu.ts';
import { type Discipline, type SimulatedTask, simulate } from './simulate.ts';

export const POLICIES = [
  /** The kernel's own, as ideal sharing: each of n tasks gets min(1, CPUs / n) of a CPU. */
  'fair',
  /** The kernel's own once more, as a queue for each CPU with turns and idle pull. */
  'fair_per_cpu',
  /** `schedulers/fifo.bpf.c`: one queue, in turns. */
  'fifo',
  /** One queue, each task to its end. */
  'fifo_to_completion',
  /** `schedulers/include/long_first.bpf.h`. */
  'longest_first',
  /** Largest first, each task to its end. */
  'lpt',
  /** The best that any schedule can do. */
  'ideal',
] as const;

export type Policy = (typeof POLICIES)[number];

/** How long a task runs before others are thought of; the schedulers' defaults. */
export const TURNS = { fifoNs: 20e6, longNs: 50e6, shortNs: 20e6, perCpuNs: 4e6 };
export type Turns = typeof TURNS;

/** Makespan of the tasks, which arrive in the order of the list, in seconds. */
export function makespanUnder(
  policy: Policy,
  tasks: readonly SimulatedTask[],
  cpus: number,
  turns: Turns = TURNS,
): number {
  const cpuTimesS = () => tasks.map(({ cpuTimeNs }) => cpuTimeNs / 1e9);
  if (policy === 'ideal') return idealMakespan(cpuTimesS(), cpus);
  if (policy === 'fair') {
    const jobs = cpuTimesS().map((cpuTimeS) => ({ cpuTimeS, releaseS: 0 }));
    return fairMakespan(jobs, cpus);
  }
  return simulate(tasks, cpus, disciplineOf(policy, cpus, turns)) / 1e9;
}

/** How a policy orders the tasks, for those that are simulated event by event. */
export function disciplineOf(
  policy: Exclude<Policy, 'fair' | 'ideal'>,
  cpus: number,
  turns: Turns = TURNS,
): Discipline {
  switch (policy) {
    case 'fair_per_cpu':
      return queuePerCpu(cpus, turns.perCpuNs);
    case 'fifo':
      return roundRobin(turns.fifoNs);
    case 'fifo_to_completion':
      return roundRobin(Number.POSITIVE_INFINITY);
    case 'longest_first':
      return longestFirst(cpus, turns);
    case 'lpt':
      return largestFirst();
    default:
      return assertNever(policy);
  }
}
