// SPDX-License-Identifier: Apache-2.0
import type { PlannedRun } from './protocol.ts';

/** A case and the schedulers that it is run under, the baseline first. */
export interface CaseArms {
  readonly testId: string;
  readonly schedulers: readonly string[];
}

/** Every block visits all arms of a case, so that drift of the machine hits each alike. */
export function planRuns(cases: readonly CaseArms[], blocks: number): PlannedRun[] {
  const runs = cases.flatMap(({ testId, schedulers }) =>
    Array.from({ length: blocks }, (_, block) =>
      // Every other block the other way round, so that no arm always comes first.
      (block % 2 === 0 ? schedulers : schedulers.toReversed()).map((scheduler) => ({
        block,
        test_id: testId,
        scheduler,
      })),
    ).flat(),
  );
  return runs.map((run, index) => ({ index, ...run }));
}
