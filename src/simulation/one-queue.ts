// SPDX-License-Identifier: Apache-2.0
import type { Discipline } from './simulate.ts';
import { mostRemainingFirst, WaitingQueue } from './waiting-queue.ts';

/**
 * Round robin over one queue for all CPUs: `schedulers/fifo.bpf.c`. A turn that is Infinity is
 * first in, first out as the word is used elsewhere: each task runs to its end.
 */
export function roundRobin(turnNs: number): Discipline {
  return oneQueue(new WaitingQueue(), turnNs);
}

/** The list schedule by longest processing time: largest first, each to its end. */
export function largestFirst(): Discipline {
  return oneQueue(new WaitingQueue(mostRemainingFirst), Number.POSITIVE_INFINITY);
}

function oneQueue(queue: WaitingQueue, turnNs: number): Discipline {
  return {
    get waiting() {
      return queue.length;
    },
    put: (task) => queue.put(task),
    take: () => queue.take(),
    turnNs: () => turnNs,
    makesRoom: () => queue.length > 0,
  };
}
