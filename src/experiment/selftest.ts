// SPDX-License-Identifier: Apache-2.0
import type { Verdict } from '../results/experiment-record.ts';
import type { StoredExperiment } from '../results/read.ts';
import type { RunRecord } from '../results/run-record.ts';
import { comparePaired, type Pair } from '../stats/compare.ts';
import { seededRandom } from '../stats/random.ts';
import { type ReplayResult, replay } from '../stats/replay.ts';
import { armAgain } from './plan.ts';
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
 * Judges each `blocks` blocks of a case of an experiment, in which an arm is the baseline once more,
 * as if they were an experiment of their own; nothing for an experiment without such an arm.
 */
export function judgeInParts(
  { experiment, runs }: Pick<StoredExperiment, 'experiment' | 'runs'>,
  blocks: number,
): SmallExperiment[] {
  const { baseline, cases } = experiment.plan;
  return cases.flatMap(({ test_id }) => {
    const arm = (name: string) =>
      runs.filter(
        (run) => run.test_id === test_id && run.scheduler.name === name && run.warm_up !== true,
      );
    const [first, again] = [arm(baseline), arm(armAgain(baseline))];
    const parts = Math.floor(new Set(again.map(({ block }) => block)).size / blocks);
    return Array.from({ length: parts }, (_, part) => {
      const ofPart = ({ block }: RunRecord) => Math.floor(block / blocks) === part;
      return judgePart(pairByBlock(first.filter(ofPart), again.filter(ofPart)), blocks);
    });
  });
}

function judgePart(pairs: readonly Pair[], blocks: number): SmallExperiment {
  if (pairs.length < blocks) {
    return { verdict: 'not_enough_valid_runs', improvement: null, pValue: null };
  }
  const { improvement, pValue, ci95 } = comparePaired(pairs);
  return { verdict: judge(pValue, ci95), improvement, pValue };
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
    // An arm that stands there twice is one scheduler.
    const { name } = run.scheduler;
    const scheduler = runs.find((other) => armAgain(other.scheduler.name) === name)?.scheduler.name;
    const key = JSON.stringify([run.test_id, scheduler ?? name]);
    series.set(key, [...(series.get(key) ?? []), run.makespan_s]);
  }
  return [...series.values()];
}
