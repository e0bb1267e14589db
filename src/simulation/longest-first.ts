// SPDX-License-Identifier: Apache-2.0
import type { Discipline, PendingTask } from './simulate.ts';
import { mostRemainingFirst, WaitingQueue } from './waiting-queue.ts';

/**
 * `schedulers/include/long_first.bpf.h` with the sizes known: long tasks before short ones, within
 * each class who has most left first. At the end of a turn a task makes room for one that has more
 * than 1/8 more left; a short one, while as many shorts as CPUs or more wait, only for twice as much.
 * Not modelled: starting, sleeping, and the small shares that keep a queue from starving.
 */
export function longestFirst(
  cpus: number,
  turns: { readonly longNs: number; readonly shortNs: number },
): Discipline {
  const longs = new WaitingQueue(mostRemainingFirst);
  const shorts = new WaitingQueue(mostRemainingFirst);
  return {
    get waiting() {
      return longs.length + shorts.length;
    },
    put: (task) => (task.isLong ? longs : shorts).put(task),
    take: () => longs.take() ?? shorts.take(),
    turnNs: ({ isLong }) => (isLong ? turns.longNs : turns.shortNs),
    makesRoom(task) {
      if (task.isLong) return hasMoreLeft(longs.first(), task, 1 / 8);
      // No long one waits: shorts run only when none does, and none arrives later.
      const manyWait = shorts.length >= cpus;
      return hasMoreLeft(shorts.first(), task, manyWait ? 1 : 1 / 8);
    },
  };
}

function hasMoreLeft(other: PendingTask | undefined, task: PendingTask, share: number): boolean {
  return other !== undefined && other.remainingNs > task.remainingNs * (1 + share);
}
