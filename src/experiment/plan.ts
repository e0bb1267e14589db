// SPDX-License-Identifier: Apache-2.0
import { shuffle } from 'simple-statistics';
import { seededRandom } from '../stats/random.ts';
import type { PlannedRun } from './protocol.ts';

/** A case and the schedulers that it is run under, the baseline first. */
export interface CaseArms {
  readonly testId: string;
  readonly schedulers: readonly string[];
}

export interface PlanSize {
  /** As many as there may be; a stop rule may end a case before. */
  readonly blocks: number;
  readonly warmUps: number;
  /** Of the order of the arms in each block. */
  readonly seed: number;
}

/**
 * Every block visits all arms of a case once, in an order drawn anew, so that drift of the machine
 * hits each alike and the arms of a block can be exchanged if none is better.
 */
export function planRuns(
  cases: readonly CaseArms[],
  { blocks, warmUps, seed }: PlanSize,
): PlannedRun[] {
  const random = seededRandom(seed);
  const runs = cases.flatMap(({ testId, schedulers }) => {
    const baseline = schedulers[0] as string;
    const warmUp = { block: 0, test_id: testId, scheduler: baseline, warm_up: true };
    return [
      ...Array.from({ length: warmUps }, () => warmUp),
      ...Array.from({ length: blocks }, (_, block) =>
        shuffle([...schedulers], random).map((scheduler) => ({
          block,
          test_id: testId,
          scheduler,
        })),
      ).flat(),
    ];
  });
  return runs.map((run, index) => ({ index, ...run }));
}

/** The name of an arm that is another one once more, to compare a scheduler with itself. */
export function armAgain(name: string): string {
  return `${name} #2`;
}
