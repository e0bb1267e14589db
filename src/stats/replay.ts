// SPDX-License-Identifier: Apache-2.0
import { comparePaired, type Pair } from './compare.ts';
import type { Random } from './random.ts';

export interface ReplayPlan {
  readonly blocks: number;
  /** What the candidate is made to gain; 0: both arms are the same. */
  readonly effect: number;
  readonly replays: number;
}

export interface ReplayResult extends ReplayPlan {
  /** Share of the replays with p at most 0.05 and an interval without 0. */
  readonly shown: number;
  /** Share of the replays whose interval holds the effect. */
  readonly coverage: number;
  /** Mean half width of the interval. */
  readonly halfWidth: number;
}

const SIGNIFICANCE = 0.05;

/**
 * Draws experiments from recorded runs: each is a stretch of runs that really followed each other,
 * with their drift and their outliers, to which the arms are given anew, block by block, as a plan
 * would. All runs of a series are of the same work under the same scheduler, so that the arms
 * differ by the effect alone.
 * @param series makespans in the order in which they were measured
 * @returns null when no series is long enough
 */
export function replay(
  series: readonly (readonly number[])[],
  plan: ReplayPlan,
  random: Random,
): ReplayResult | null {
  const runs = 2 * plan.blocks;
  const starts = series.flatMap((values) =>
    Array.from({ length: Math.max(0, values.length - runs + 1) }, (_, start) =>
      values.slice(start, start + runs),
    ),
  );
  if (starts.length === 0) return null;
  let shown = 0;
  let covered = 0;
  let width = 0;
  for (let count = 0; count < plan.replays; count++) {
    const stretch = starts[Math.floor(random() * starts.length)] as readonly number[];
    const { pValue, ci95 } = comparePaired(dealArms(stretch, plan.effect, random));
    const [low, high] = ci95;
    if (pValue <= SIGNIFICANCE && (low > 0 || high < 0)) shown++;
    if (low <= plan.effect && plan.effect <= high) covered++;
    width += (high - low) / 2;
  }
  const { replays } = plan;
  return {
    ...plan,
    shown: shown / replays,
    coverage: covered / replays,
    halfWidth: width / replays,
  };
}

/** Two runs that followed each other are a block; which of them is the candidate's is drawn. */
function dealArms(stretch: readonly number[], effect: number, random: Random): Pair[] {
  return Array.from({ length: stretch.length / 2 }, (_, block) => {
    const two = [stretch[2 * block] as number, stretch[2 * block + 1] as number] as const;
    const [baseline, candidate] = random() < 0.5 ? two : [two[1], two[0]];
    return { baseline, candidate: candidate * (1 - effect) };
  });
}
