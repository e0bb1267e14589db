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
 * Before a case's first block its baseline runs, which warms the place up, and so does every
 * scheduler that learns: it is judged by what it does once it has seen the case.
 * Every block visits all arms of a case once, in an order drawn anew, so that drift of the machine
 * hits each alike and the arms of a block can be exchanged if none is better.
 */
export function planRuns(
  cases: readonly CaseArms[],
  learners: readonly string[],
  { blocks, warmUps, seed }: PlanSize,
): PlannedRun[] {
  const random = seededRandom(seed);
  const runs = cases.flatMap(({ testId, schedulers }) => {
    const baseline = schedulers[0] as string;
    const warmUpOf = (scheduler: string) =>
      Array.from({ length: warmUps }, () => ({
        block: 0,
        test_id: testId,
        scheduler,
        warm_up: true,
      }));
    return [
      ...warmUpOf(baseline),
      ...schedulers
        .filter((name) => name !== baseline && learners.includes(name))
        .flatMap(warmUpOf),
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
