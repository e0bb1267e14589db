// SPDX-License-Identifier: Apache-2.0
import TinyQueue from 'tinyqueue';
import type { PendingTask } from './simulate.ts';

/** Tasks that wait, the first by `order` first; of equal ones, whoever came first. */
export class WaitingQueue {
  readonly #queue: TinyQueue<{ task: PendingTask; arrival: number }>;
  #arrivals = 0;

  /** @param order negative when `a` goes before `b`; it must not change while they wait */
  constructor(order: (a: PendingTask, b: PendingTask) => number = () => 0) {
    this.#queue = new TinyQueue<{ task: PendingTask; arrival: number }>(
      [],
      (a, b) => order(a.task, b.task) || a.arrival - b.arrival,
    );
  }

  get length(): number {
    return this.#queue.length;
  }

  put(task: PendingTask): void {
    this.#queue.push({ task, arrival: this.#arrivals++ });
  }

  first(): PendingTask | undefined {
    return this.#queue.peek()?.task;
  }

  take(): PendingTask | undefined {
    return this.#queue.pop()?.task;
  }
}

export function mostRemainingFirst(a: PendingTask, b: PendingTask): number {
  return b.remainingNs - a.remainingNs;
}
