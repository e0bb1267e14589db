// SPDX-License-Identifier: Apache-2.0
import type { StoredExperiment } from '../../results/read.ts';
import type { RunRecord } from '../../results/run-record.ts';
import { representativeRun } from '../representative-run.ts';
import { armsOf } from '../timeline-panel.ts';

export interface ShownArm {
  readonly testId: string;
  readonly scheduler: string;
  /** All its runs, warm-ups too. */
  readonly runs: readonly RunRecord[];
  readonly valid: readonly RunRecord[];
  /** null where none is valid. */
  readonly representative: RunRecord | null;
}

/** Every arm of every case, the baseline first in each. */
export function shownArms(stored: StoredExperiment): ShownArm[] {
  const ofArm = new Map<string, RunRecord[]>();
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

export function isCounted(run: RunRecord): boolean {
  return run.status === 'success' && run.warm_up !== true;
}

/**
 * The runs whose traces go into the page, in the order in which room is given to them: the
 * representative one of every arm, then every arm's next one, and so on.
 */
export function traceQueue(arms: readonly ShownArm[]): RunRecord[] {
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
