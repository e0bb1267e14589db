// SPDX-License-Identifier: Apache-2.0
import { mean } from 'simple-statistics';
import type { RunRecord } from '../results/run-record.ts';
import { comparePaired } from '../stats/compare.ts';
import type { Interval } from '../stats/estimate.ts';
import { isValid, pairByBlock } from './summarise.ts';

/** By what fraction a quantity is more with the observer than without. */
export interface Increase {
  readonly increase: number;
  readonly ci95: Interval;
}

export interface ObserverCost {
  readonly blocks: number;
  readonly makespan: Increase;
  /** Of the tasks, as wait4 gives it. */
  readonly cpuTime: Increase;
  /** CPU time spent in the observer's programs / that of the tasks; null where it is not counted. */
  readonly programs: number | null;
}

/**
 * What it costs to look into a run, from blocks with one run that was looked into and one that was
 * not. Null with fewer than two blocks in which both are valid.
 */
export function observerCost(runs: readonly RunRecord[]): ObserverCost | null {
  const counted = runs.filter((run) => !run.warm_up);
  const seen = counted.filter(({ observation }) => observation);
  const unseen = counted.filter(({ observation }) => !observation);
  const increase = (value: (run: RunRecord) => number): Increase => {
    const { improvement, ci95 } = comparePaired(pairByBlock(unseen, seen, value));
    return { increase: -improvement, ci95: [-ci95[1], -ci95[0]] };
  };
  const blocks = pairByBlock(unseen, seen).length;
  if (blocks < 2) return null;
  const shares = seen
    .filter(isValid)
    .flatMap((run) =>
      run.observation?.cost_s == null ? [] : [run.observation.cost_s / cpuTime(run)],
    );
  return {
    blocks,
    makespan: increase((run) => run.makespan_s),
    cpuTime: increase(cpuTime),
    programs: shares.length > 0 ? mean(shares) : null,
  };
}

function cpuTime({ tasks }: RunRecord): number {
  return tasks.reduce((sum, { user_s, system_s }) => sum + user_s + system_s, 0);
}
