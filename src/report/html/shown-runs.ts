// SPDX-License-Identifier: Apache-2.0
import { isCounted } from '../../results/counted.ts';
import type { StoredExperiment, StoredRun } from '../../results/read.ts';
import { armsOf } from '../case-view.ts';
import { representativeRun } from '../representative-run.ts';

export interface ShownArm {
  readonly testId: string;
  readonly scheduler: string;
  /** All its runs, warm-ups too. */
  readonly runs: readonly StoredRun[];
  readonly valid: readonly StoredRun[];
  /** null where none is valid. */
  readonly representative: StoredRun | null;
}

/** Every arm of every case, the baseline first in each. */
export function shownArms(stored: StoredExperiment): ShownArm[] {
  const ofArm = new Map<string, StoredRun[]>();
  for (const run of stored.runs) {
    const key = keyOf(run.test_id, run.scheduler.name);
    ofArm.set(key, [...(ofArm.get(key) ?? []), run]);
  }
  return casesOf(stored).flatMap((testId) =>
    armsOf(stored, testId).map((scheduler) => {
      const runs = ofArm.get(keyOf(testId, scheduler)) ?? [];
      const valid = runs.filter(isCounted);
      return { testId, scheduler, runs, valid, representative: representativeRun(valid) };
    }),
  );
}

export function casesOf({ experiment, runs }: StoredExperiment): string[] {
  return [
    ...new Set([
      ...experiment.summaries.map((summary) => summary.test_id),
      ...runs.map((run) => run.test_id),
    ]),
  ];
}

/**
 * The runs whose traces go into the page, in the order in which room is given to them: the
 * representative one of every arm, then every arm's next one, and so on.
 */
export function traceQueue(arms: readonly ShownArm[]): StoredRun[] {
  const queues = arms.map(({ valid, representative }) => [
    ...(representative?.trace ? [representative] : []),
    ...valid.filter((run) => run.trace && run !== representative),
  ]);
  const longest = Math.max(0, ...queues.map((queue) => queue.length));
  return Array.from({ length: longest }, (_, turn) =>
    queues.flatMap((queue) => queue[turn] ?? []),
  ).flat();
}

function keyOf(testId: string, scheduler: string): string {
  return JSON.stringify([testId, scheduler]);
}
