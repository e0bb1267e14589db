// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import type { StoredRun } from '../results/read.ts';
import { candidateFigures, roundCandidates } from './tuning-round.ts';

function run(scheduler: string, block: number, makespan: number, ...reasons: string[]): StoredRun {
  return {
    scheduler: { name: scheduler, ops: null, object_sha256: null },
    block,
    status: reasons.length > 0 ? 'invalid' : 'success',
    invalid_reasons: reasons,
    makespan_s: makespan,
  } as unknown as StoredRun;
}

const incumbent = [0, 1, 2].map((block) => run('fifo', block, 10 + block));

test('a candidate is compared with the incumbent of the same blocks', () => {
  const own = [0, 1, 2].map((block) => run('a', block, (10 + block) * 0.8));
  const warmUp = { ...run('fifo', 0, 100), warm_up: true };
  const figures = candidateFigures([warmUp, ...incumbent, ...own], 'fifo', 'a');
  expect(figures).toMatchObject({ candidate: 'a', blocks: 3, faults: [] });
  expect(figures.improvement).toBeCloseTo(0.2, 12);
  expect(figures.ci95?.[0]).toBeCloseTo(0.2, 9);
});

test('one or two blocks rank, but give no interval; none gives nothing', () => {
  const of = (...own: StoredRun[]) => candidateFigures([...incumbent, ...own], 'fifo', 'a');
  expect(of(run('a', 0, 9))).toMatchObject({ blocks: 1, ci95: null });
  expect(of(run('a', 0, 9)).improvement).toBeCloseTo(0.1, 12);
  expect(of(run('a', 0, 9), run('a', 1, 11 * 0.9))).toMatchObject({ blocks: 2, ci95: null });
  expect(of()).toMatchObject({ blocks: 0, improvement: null });
});

test('what the scheduler did wrong is a fault, what disturbed the machine is none', () => {
  const stall = 'scheduler_exit: runnable task stall';
  const figures = (...reasons: string[]) =>
    candidateFigures(
      [...incumbent, run('a', 0, 5), run('a', 1, 5, ...reasons), run('a', 2, 5, ...reasons)],
      'fifo',
      'a',
    );
  expect(figures(stall).faults).toEqual([stall]);
  expect(figures('clock_wrong: 1.2 of ours')).toMatchObject({ blocks: 1, faults: [] });
});

test('the better half of the sound ones is kept; an interrupted round decides nothing', () => {
  const of = (candidate: string, improvement: number | null, ...faults: string[]) => ({
    candidate,
    improvement,
    faults,
    blocks: 3,
    ci95: null,
  });
  const figures = [of('a', 0.1), of('b', 0.9, 'stalled'), of('c', 0.3), of('d', null), of('e', 0)];
  const outcomes = (isInterrupted: boolean) =>
    roundCandidates(figures, isInterrupted).map(({ outcome }) => outcome);
  expect(outcomes(false)).toEqual(['kept', 'dropped', 'kept', 'dropped', 'kept']);
  expect(new Set(outcomes(true))).toEqual(new Set(['undecided']));
  expect(roundCandidates(figures.slice(0, 4), false).map(({ outcome }) => outcome)).toEqual([
    ...['kept', 'dropped', 'kept', 'dropped'],
  ]);
  expect(roundCandidates([of('a', 0.1), of('c', 0.3)], false)[0]?.outcome).toBe('beaten');
});
