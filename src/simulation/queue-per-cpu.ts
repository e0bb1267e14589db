// SPDX-License-Identifier: Apache-2.0
import type { Discipline } from './simulate.ts';
import { WaitingQueue } from './waiting-queue.ts';

/**
 * A queue for each CPU, served in turns. The tasks are dealt to the CPUs one by one; a CPU whose
 * queue is empty takes one from the longest queue (of equal ones from that of the first CPU), and
 * nothing else moves tasks.
 */
export function queuePerCpu(cpus: number, turnNs: number): Discipline {
  const queues = Array.from({ length: cpus }, () => new WaitingQueue());
  const of = (cpu: number) => queues[cpu] as WaitingQueue;
  let waiting = 0;
  return {
    get waiting() {
      return waiting;
    },
    put(task, cpu) {
      waiting++;
      of(cpu).put(task);
    },
    take(cpu) {
      const own = of(cpu);
      const task = (own.length > 0 ? own : longest(queues)).take();
      if (task) waiting--;
      return task;
    },
    turnNs: () => turnNs,
    makesRoom: (_, cpu) => of(cpu).length > 0,
  };
}

function longest(queues: readonly WaitingQueue[]): WaitingQueue {
  return queues.reduce((best, queue) => (queue.length > best.length ? queue : best));
}
