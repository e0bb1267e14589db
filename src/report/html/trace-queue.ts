// SPDX-License-Identifier: Apache-2.0
import type { StoredRun } from '../../results/read.ts';
import type { ArmView } from '../case-view.ts';

/**
 * The runs whose traces go into the page, in the order in which room is given to them: the
 * representative one of every arm, then every arm's next one, and so on.
 */
export function traceQueue(arms: readonly ArmView[]): StoredRun[] {
  const queues = arms.map(({ valid, shown }) => [
    ...(shown?.trace ? [shown] : []),
    ...valid.filter((run) => run.trace && run !== shown),
  ]);
  const longest = Math.max(0, ...queues.map((queue) => queue.length));
  return Array.from({ length: longest }, (_, turn) =>
    queues.flatMap((queue) => queue[turn] ?? []),
  ).flat();
}
