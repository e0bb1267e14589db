// SPDX-License-Identifier: Apache-2.0
import type { Verdict } from '../results/experiment-record.ts';
import type { StoredExperiment } from '../results/read.ts';
import type { RunRecord } from '../results/run-record.ts';
import { comparePaired } from '../stats/compare.ts';
import { seededRandom } from '../stats/random.ts';
import { type ReplayResult, replay } from '../stats/replay.ts';
import { isValid, pairByBlock } from './summarise.ts';
import { judge } from './verdict.ts';

export interface SmallExperiment {
  readonly verdict: Verdict;
  readonly improvement: number | null;
  readonly pValue: number | null;
}

const BLOCK_COUNTS = [6, 10, 20];
const EFFECTS = [0, 0.02, 0.05, 0.1];

/**
 * Judges each `blocks` blocks of an experiment in which both arms are the same as if they were an
 * experiment of their own.
 */
export function judgeInParts(
  runs: readonly RunRecord[],
  baseline: string,
  blocks: number,
): SmallExperiment[] {
  const counted = runs.filter((run) => !run.warm_up);
  const parts = new Set(counted.map(({ block }) => Math.floor(block / blocks)));
  return [...parts].map((part) => {
    const ofPart = counted.filter(({ block }) => Math.floor(block / blocks) === part);
    const of = (isBaseline: boolean) =>
      ofPart.filter(({ scheduler }) => (scheduler.name === baseline) === isBaseline);
    const pairs = pairByBlock(of(true), of(false));
    if (pairs.length < blocks) {
      return { verdict: 'not_enough_valid_runs', improvement: null, pValue: null };
    }
    const { improvement, pValue, ci95 } = comparePaired(pairs);
    return { verdict: judge(pValue, ci95), improvement, pValue };
  });
}

/**
 * How often a difference of each size is shown in experiments of each length, and how often the
 * interval holds it, in experiments drawn from recorded runs.
 */
export function replayExperiments(
  stored: readonly Pick<StoredExperiment, 'runs'>[],
  replays: number,
): ReplayResult[] {
  const series = stored.flatMap(({ runs }) => seriesOf(runs));
  return BLOCK_COUNTS.flatMap((blocks) =>
    EFFECTS.flatMap((effect) => {
      const result = replay(series, { blocks, effect, replays }, seededRandom(1));
      return result ? [result] : [];
    }),
  );
}

/** The valid runs of each case and scheduler as they followed each other, an A/A's arms together. */
function seriesOf(runs: readonly RunRecord[]): number[][] {
  const series = new Map<string, number[]>();
  for (const run of runs) {
    if (run.warm_up || !isValid(run)) continue;
    const key = JSON.stringify([run.test_id, run.scheduler.name.replace(/ #2$/, '')]);
    series.set(key, [...(series.get(key) ?? []), run.makespan_s]);
  }
  return [...series.values()];
}
