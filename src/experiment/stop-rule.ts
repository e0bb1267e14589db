// SPDX-License-Identifier: Apache-2.0
import type { CaseEnd, Rule } from '../results/experiment-record.ts';
import type { RunRecord } from '../results/run-record.ts';
import { comparePaired } from '../stats/compare.ts';
import type { ArmSoFar } from './request.ts';
import { FEWEST_PAIRS, pairByBlock } from './summarise.ts';

/** A case after some of its blocks: how often each arm had a valid partner, and what is known. */
export interface CaseSoFar {
  readonly blocks: number;
  /** Of the arm that has fewest. */
  readonly validPairs: number;
  readonly arms: readonly ArmSoFar[];
}

/** @param runs the case's, without warm-ups */
export function caseSoFar(
  runs: readonly RunRecord[],
  baseline: string,
  others: readonly string[],
): CaseSoFar {
  const arm = (scheduler: string) => runs.filter((run) => run.scheduler.name === scheduler);
  const compared = others.map((scheduler) => ({
    scheduler,
    pairs: pairByBlock(arm(baseline), arm(scheduler)),
  }));
  return {
    blocks: new Set(runs.map(({ block }) => block)).size,
    validPairs: Math.min(...compared.map(({ pairs }) => pairs.length)),
    arms: compared.flatMap(({ scheduler, pairs }) => {
      if (pairs.length < FEWEST_PAIRS) return [];
      const { improvement, ci95 } = comparePaired(pairs);
      return [{ scheduler, improvement, ci95 }];
    }),
  };
}

/**
 * Why a case needs no further block; null when it does. Only the width of the intervals decides,
 * never where they are: a rule that stopped at a difference would find one too often.
 * @param elapsedS since the case's first run
 */
export function enoughBlocks(
  rule: Rule,
  { blocks, validPairs, arms }: CaseSoFar,
  elapsedS: number,
): CaseEnd['reason'] | null {
  if (blocks >= rule.most_blocks) return 'most_blocks';
  if (blocks >= rule.fewest_blocks) {
    if (validPairs < blocks / 2) return 'too_few_valid';
    if (arms.every(({ ci95 }) => halfWidth(ci95) <= rule.precision)) return 'precise';
  }
  return rule.max_time_s !== null && elapsedS > rule.max_time_s ? 'max_time' : null;
}

/** How many blocks a case will need in all, judging by the scatter so far. */
export function expectedBlocks(rule: Rule, { blocks, arms }: CaseSoFar): number {
  const widest = Math.max(0, ...arms.map(({ ci95 }) => halfWidth(ci95)));
  // An interval narrows with the square root of the number of blocks.
  const needed = Math.ceil(blocks * (widest / rule.precision) ** 2);
  return Math.min(rule.most_blocks, Math.max(rule.fewest_blocks, blocks, needed));
}

function halfWidth([low, high]: readonly [number, number]): number {
  return (high - low) / 2;
}
