// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { comparePaired, type Pair } from '../stats/compare.ts';
import { type Random, seededRandom } from '../stats/random.ts';
import { betterHalf, type Round, roundsAhead, successiveHalving } from './halving.ts';
import { fewestBlocks, judge } from './verdict.ts';

const SIZES = { firstBlocks: 3, mostBlocks: 30 };

function result(candidate: string, improvement: number | null, ...faults: string[]) {
  return { candidate, improvement, faults };
}

test('keeps the better half, rounded up, and never one that did wrong', () => {
  const results = [result('a', 0.1), result('b', 0.9, 'stalled'), result('c', 0.3)];
  expect(betterHalf([...results, result('d', -0.2), result('e', 0.2)])).toEqual(['c', 'e', 'a']);
  expect(betterHalf(results)).toEqual(['c', 'a']);
  expect(betterHalf([result('a', null), result('b', 0.9, 'stalled')])).toEqual([]);
});

test('halves the candidates and doubles the blocks until one is left', async () => {
  const rounds: Round[] = [];
  const finalist = await successiveHalving([...'abcdefg'], SIZES, async (round) => {
    rounds.push(round);
    return round.candidates.map((name) => result(name, name.charCodeAt(0)));
  });
  expect(finalist).toBe('g');
  expect(
    rounds.map(({ number, candidates, blocks }) => [number, candidates.length, blocks]),
  ).toEqual([
    [1, 7, 3],
    [2, 4, 6],
    [3, 2, 12],
  ]);
  expect(roundsAhead(7, 1, SIZES).map((round) => Object.values(round))).toEqual([
    [7, 3],
    [4, 6],
    [2, 12],
  ]);
  expect(roundsAhead(2, 5, SIZES)).toEqual([{ candidates: 2, blocks: 30 }]);
});

test('has no finalist when all drop out or it is stopped; one candidate needs no round', async () => {
  const stop = async () => null;
  const allStall = async ({ candidates }: Round) =>
    candidates.map((name) => result(name, 0.5, 'stalled'));
  expect(await successiveHalving(['a', 'b'], SIZES, allStall)).toBe(null);
  expect(await successiveHalving(['a', 'b'], SIZES, stop)).toBe(null);
  expect(await successiveHalving(['a'], SIZES, stop)).toBe('a');
});

/** Standard deviation of the log of a makespan from run to run, as on the machine of the docs. */
const SCATTER = 0.05;

/** How much less makespan each candidate truly has than the incumbent. */
type Truth = ReadonlyMap<string, number>;

const equals = (count: number, improvement = 0): Truth =>
  new Map(Array.from({ length: count }, (_, i) => [`candidate-${i}`, improvement]));

/** An interleaved experiment: the machine drifts, and a block's incumbent serves all candidates. */
function measure(
  truth: Truth,
  candidates: readonly string[],
  blocks: number,
  random: Random,
): Map<string, Pair[]> {
  const pairs = new Map(candidates.map((candidate) => [candidate, [] as Pair[]]));
  for (let block = 0; block < blocks; block++) {
    const speed = 1 + random();
    const baseline = speed * Math.exp(SCATTER * normal(random));
    for (const [name, own] of pairs) {
      const factor = (1 - (truth.get(name) as number)) * Math.exp(SCATTER * normal(random));
      own.push({ baseline, candidate: speed * factor });
    }
  }
  return pairs;
}

function judgePairs(pairs: readonly Pair[]) {
  const { pValue, ci95 } = comparePaired(pairs);
  return judge(pValue, ci95);
}

function improvementOf(pairs: readonly Pair[]): number {
  const logs = pairs.map(({ baseline, candidate }) => Math.log(candidate / baseline));
  return -Math.expm1(logs.reduce((sum, log) => sum + log, 0) / logs.length);
}

/** Rounds, and then the finalist anew, many times. */
async function tunings(count: number, truth: Truth, finalBlocks: number) {
  const random = seededRandom(42);
  const outcomes: { finalist: string; verdict: string }[] = [];
  while (outcomes.length < count) {
    const finalist = (await successiveHalving([...truth.keys()], SIZES, async (round) => {
      const pairs = measure(truth, round.candidates, round.blocks, random);
      return [...pairs].map(([name, own]) => result(name, improvementOf(own)));
    })) as string;
    const fresh = measure(truth, [finalist], finalBlocks, random).get(finalist) as Pair[];
    outcomes.push({ finalist, verdict: judgePairs(fresh) });
  }
  return outcomes;
}

function shareOfFaster(outcomes: readonly { verdict: string }[]): number {
  return outcomes.filter(({ verdict }) => verdict === 'faster').length / outcomes.length;
}

test.each([fewestBlocks(1), 12])(
  'of candidates that are all like the incumbent, %i new blocks seldom call one better',
  async (finalBlocks) => {
    expect(shareOfFaster(await tunings(400, equals(14), finalBlocks))).toBeLessThan(0.05);
  },
);

test('the blocks that chose the best of them would call it better far more often', () => {
  const random = seededRandom(42);
  const truth = equals(14);
  const outcomes = Array.from({ length: 100 }, () => {
    const arms = [...measure(truth, [...truth.keys()], 12, random).values()];
    const best = arms.reduce((a, b) => (improvementOf(b) > improvementOf(a) ? b : a));
    return { verdict: judgePairs(best) };
  });
  expect(shareOfFaster(outcomes)).toBeGreaterThan(0.1);
});

test('one that is truly better is found among others and shown', async () => {
  const outcomes = await tunings(100, new Map([...equals(13), ['best', 0.15]]), 12);
  const found = outcomes.filter(({ finalist }) => finalist === 'best');
  expect(found.length).toBeGreaterThan(90);
  expect(shareOfFaster(found)).toBeGreaterThan(0.9);
});

test('the best of those that are worse is not called better', async () => {
  expect(shareOfFaster(await tunings(100, equals(6, -0.1), 12))).toBe(0);
});

/** Near enough: the sum of twelve uniform numbers. */
function normal(random: Random): number {
  let sum = -6;
  for (let i = 0; i < 12; i++) sum += random();
  return sum;
}
