// SPDX-License-Identifier: Apache-2.0
import type { StoredRun } from '../results/read.ts';
import type { TuningRound } from '../results/tuning-record.ts';
import { comparePaired } from '../stats/compare.ts';
import { betterHalf, type RoundResult } from './halving.ts';
import { FEWEST_PAIRS, isValid, pairByBlock } from './summarise.ts';

/** What a candidate has shown in the runs of a round. */
export interface CandidateFigures extends RoundResult {
  /** Valid ones, of it and of the incumbent. */
  readonly blocks: number;
  readonly ci95: readonly [number, number] | null;
}

/** Reasons for which a run does not count and that its scheduler has nothing to do with. */
const DISTURBANCES = ['clock_wrong:', 'interrupted:'];

/** @param runs of one round, with warm-ups and other arms */
export function candidateFigures(
  runs: readonly StoredRun[],
  incumbent: string,
  candidate: string,
): CandidateFigures {
  const arm = (name: string) => runs.filter((run) => !run.warm_up && run.scheduler.name === name);
  const pairs = pairByBlock(arm(incumbent), arm(candidate));
  // One block is enough to rank by, though not for an interval.
  const comparison = pairs.length < 2 ? null : comparePaired(pairs);
  const [first] = pairs;
  const ofOne = first ? 1 - first.candidate / first.baseline : null;
  return {
    candidate,
    blocks: pairs.length,
    improvement: comparison?.improvement ?? ofOne,
    ci95: comparison && pairs.length >= FEWEST_PAIRS ? comparison.ci95 : null,
    faults: faultsOf(arm(candidate)),
  };
}

/** The stored form of a round's candidates; an interrupted round has decided nothing. */
export function roundCandidates(
  figures: readonly CandidateFigures[],
  isInterrupted: boolean,
): TuningRound['candidates'] {
  const kept = isInterrupted ? [] : betterHalf(figures);
  const outcomeOf = ({ candidate, improvement, faults }: CandidateFigures) => {
    if (isInterrupted) return 'undecided';
    if (improvement === null || faults.length > 0) return 'dropped';
    return kept.includes(candidate) ? 'kept' : 'beaten';
  };
  return figures.map((entry) => ({ ...storedFigures(entry), outcome: outcomeOf(entry) }));
}

export function storedFigures({ candidate, blocks, improvement, ci95, faults }: CandidateFigures) {
  return {
    scheduler: candidate,
    blocks,
    improvement,
    improvement_ci95: ci95 === null ? null : [...ci95],
    faults: [...faults],
  };
}

function faultsOf(runs: readonly StoredRun[]): string[] {
  const reasons = runs.filter((run) => !isValid(run)).flatMap((run) => run.invalid_reasons);
  const own = reasons.filter((reason) => !DISTURBANCES.some((start) => reason.startsWith(start)));
  return [...new Set(own)];
}
