// SPDX-License-Identifier: Apache-2.0

/** One round: so many blocks of the incumbent and each of these candidates. */
export interface Round {
  /** From 1. */
  readonly number: number;
  readonly candidates: readonly string[];
  readonly blocks: number;
}

/** What a round has shown of a candidate. */
export interface RoundResult {
  readonly candidate: string;
  /** Over the incumbent; null when no block of it counts. */
  readonly improvement: number | null;
  /** What it did wrong; with any it is out, however fast it is. */
  readonly faults: readonly string[];
}

export interface RoundSizes {
  readonly firstBlocks: number;
  /** No round has more. */
  readonly mostBlocks: number;
}

/**
 * Successive halving: every round measures the candidates that are left anew and keeps the better
 * half for a round of twice as many blocks, until one is left. So each round costs about the same,
 * and most of the time goes to the candidates that are hard to tell apart. (Karnin, Koren and
 * Somekh, Almost Optimal Exploration in Multi-Armed Bandits, ICML 2013, algorithm 1; Jamieson and
 * Talwalkar, Non-stochastic Best Arm Identification and Hyperparameter Optimization, AISTATS 2016.)
 *
 * The one that is left was chosen because it looked good, so it looks better than it is: its
 * improvement here is no evidence. Only a measurement made afterwards is.
 *
 * @param measure null to stop
 * @returns the finalist; null when every candidate has dropped out, or when it was stopped
 */
export async function successiveHalving(
  candidates: readonly string[],
  sizes: RoundSizes,
  measure: (round: Round) => Promise<readonly RoundResult[] | null>,
): Promise<string | null> {
  let left = candidates;
  for (let number = 1; left.length > 1; number++) {
    const results = await measure({ number, candidates: left, blocks: blocksOf(number, sizes) });
    if (results === null) return null;
    left = betterHalf(results);
  }
  return left[0] ?? null;
}

/** The better half of a round, rounded up, the best first; without those that did wrong. */
export function betterHalf(results: readonly RoundResult[]): string[] {
  const sound = results.filter(({ improvement, faults }) => improvement !== null && !faults.length);
  return sound
    .toSorted((a, b) => (b.improvement as number) - (a.improvement as number))
    .slice(0, Math.ceil(results.length / 2))
    .map(({ candidate }) => candidate);
}

/** How many candidates and blocks the rounds from `number` on have when none drops out. */
export function roundsAhead(
  candidates: number,
  number: number,
  sizes: RoundSizes,
): { candidates: number; blocks: number }[] {
  if (candidates < 2) return [];
  return [
    { candidates, blocks: blocksOf(number, sizes) },
    ...roundsAhead(Math.ceil(candidates / 2), number + 1, sizes),
  ];
}

function blocksOf(number: number, { firstBlocks, mostBlocks }: RoundSizes): number {
  return Math.min(mostBlocks, firstBlocks * 2 ** (number - 1));
}
