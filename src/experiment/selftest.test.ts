// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import type { StoredExperiment } from '../results/read.ts';
import type { RunRecord } from '../results/run-record.ts';
import { judgeInParts, replayExperiments } from './selftest.ts';

/** An experiment of 12 blocks in which the second arm takes `factor` of the first one's time. */
function twice(factor: (block: number) => number, names = ['default', 'default #2']) {
  const runs = Array.from({ length: 24 }, (_, index) => {
    const block = Math.floor(index / 2);
    const name = names[index % 2] as string;
    return {
      test_id: 'x',
      index,
      block,
      status: 'success',
      scheduler: { name },
      makespan_s: (10 + block / 50) * (index % 2 === 0 ? 1 : factor(block)),
    } as unknown as RunRecord;
  });
  const plan = { baseline: 'default', cases: [{ test_id: 'x' }] };
  return { runs, experiment: { plan } } as unknown as StoredExperiment;
}

test('judges each six blocks as an experiment of their own', () => {
  const changing = twice((block) =>
    block < 6 ? 0.9 + block / 1000 : 1 + (block % 2) / 100 - 0.005,
  );
  expect(judgeInParts(changing, 6).map(({ verdict }) => verdict)).toEqual([
    'faster',
    'no_difference_shown',
  ]);
  expect(judgeInParts(changing, 13)).toEqual([]);
  expect(
    judgeInParts(
      twice(() => 1, ['default', 'fifo']),
      6,
    ),
  ).toEqual([]);
});

test('takes an arm and its repetition for one series of runs, other arms for others', () => {
  const shown = (stored: StoredExperiment) =>
    replayExperiments([stored], 50).map(({ blocks, effect }) => [blocks, effect]);
  expect(shown(twice(() => 1)).map(([blocks]) => blocks)).toContain(10);
  // 12 runs of each arm are enough for 6 blocks only.
  expect(new Set(shown(twice(() => 0.5, ['default', 'fifo'])).map(([blocks]) => blocks))).toEqual(
    new Set([6]),
  );
});
