// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { StoredExperiment, StoredRun } from '../results/read.ts';
import { armsOf, arrange, type CaseView } from './case-view.ts';
import type { Mark } from './chart-spec.ts';
import { representativeRun } from './representative-run.ts';
import { storeSyntheticExperiment } from './synthetic-experiment.test-data.ts';
import { timelineChart } from './timeline-chart.ts';
import { orderTasks } from './timeline-panel.ts';

let folder: string;
let stored: StoredExperiment;
let view: CaseView;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'schedlab-report-'));
  stored = await storeSyntheticExperiment(folder, {
    testIds: ['a', 'b'],
    arms: [
      { name: 'default', goodness: 0 },
      { name: 'long_first', goodness: 1 },
      { name: 'broken', goodness: 0.5 },
    ],
    blocks: 5,
    invalid: ({ testId, scheduler, block }) =>
      testId === 'a' && (scheduler === 'broken' || block === 0),
  });
  view = arrange(stored)[0] as CaseView;
});

afterAll(() => rm(folder, { recursive: true }));

function runOf(scheduler: string): StoredRun {
  const run = representativeRun(
    stored.runs.filter((entry) => entry.test_id === 'a' && entry.scheduler.name === scheduler),
  );
  if (!run) throw new Error(`no valid run of ${scheduler}`);
  return run;
}

function marksOf(axis: string): Mark[] {
  return timelineChart(view).marks.filter((mark) => mark.axis === axis);
}

test('chooses the valid run with the median makespan', () => {
  const base = runOf('default');
  const run = (index: number, makespan_s: number, status: StoredRun['status'] = 'success') => ({
    ...base,
    index,
    makespan_s,
    status,
  });
  const runs = [run(0, 9), run(1, 1, 'invalid'), run(2, 5), run(3, 7), run(4, 2, 'timeout')];
  expect(representativeRun(runs)?.index).toBe(3);
  expect(representativeRun([...runs, run(5, 8)])?.index).toBe(3);
  expect(representativeRun(runs.filter(({ status }) => status !== 'success'))).toBeNull();
});

test('draws a bar from start to end for each task of each arm that has a valid run', () => {
  const { datasets } = timelineChart(view).config.data;
  expect(datasets.map(({ data }) => data.length)).toEqual([39, 1, 39, 1, 0, 0]);
  const task = runOf('default').tasks.find((entry) => entry.class === 'long');
  expect(datasets[1]?.data).toMatchObject([{ x: [task?.start_s, task?.end_s] }]);
});

test('lets the long task stand out on top of the short ones', () => {
  const { datasets } = timelineChart(view).config.data;
  const [short, long] = datasets as { backgroundColor: string; barThickness: number }[];
  expect(long?.backgroundColor).not.toBe(short?.backgroundColor);
  expect(long?.barThickness).toBeGreaterThan(3 * (short?.barThickness ?? 0));
  const ordered = orderTasks(runOf('default').tasks);
  expect(ordered[0]?.class).toBe('long');
  const ends = ordered.slice(1).map((task) => task.end_s);
  expect(ends).toEqual(ends.toSorted((a, b) => a - b));
});

test('draws the lower bound and the makespan of the run shown', () => {
  const run = runOf('long_first');
  const lines = marksOf('y1').flatMap((mark) => (mark.kind === 'line' ? [mark.x] : []));
  expect(lines).toEqual([runOf('default').makespan_s, run.makespan_s, run.lower_bound_s]);
});

test('marks the tail under the default: from the last short end to the makespan', () => {
  const run = runOf('default');
  const shortEnds = run.tasks.flatMap((task) => (task.class === 'short' ? [task.end_s] : []));
  const [band] = marksOf('y0').filter((mark) => mark.kind === 'band');
  expect(band).toMatchObject({ x: [Math.max(...shortEnds), run.makespan_s] });
});

test('says so where an arm has no valid run', () => {
  expect(marksOf('y2')).toMatchObject([
    { text: 'broken: no valid run to show (0 of 5 were valid)' },
  ]);
});

test('puts the panels on one time axis, the baseline uppermost', () => {
  const { scales } = timelineChart(view).config.options ?? {};
  // chart.js stacks from the bottom.
  expect(Object.keys(scales ?? {})).toEqual(['x', 'y2', 'y1', 'y0']);
  expect(armsOf(stored, 'a')).toEqual(['default', 'long_first', 'broken']);
});
