// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { StoredExperiment } from '../results/read.ts';
import type { ErrorBarPoint, Mark } from './chart-spec.ts';
import { improvementChart } from './improvement-chart.ts';
import { storeSyntheticExperiment } from './synthetic-experiment.test-data.ts';

const ARMS = [
  { name: 'default', goodness: 0 },
  { name: 'long_first', goodness: 1 },
  { name: 'fifo', goodness: 0.4 },
  { name: 'reversed', goodness: -0.2 },
];
const NINE = Array.from({ length: 9 }, (_, i) => `case_${i + 1}`);

let folder: string;
let one: StoredExperiment;
let nine: StoredExperiment;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'schedlab-report-'));
  const arms = ARMS.slice(0, 2);
  one = await storeSyntheticExperiment(join(folder, 'one'), { testIds: ['a'], arms, blocks: 5 });
  nine = await storeSyntheticExperiment(join(folder, 'nine'), {
    testIds: NINE,
    arms: ARMS,
    blocks: 4,
    invalid: ({ testId, scheduler }) => testId === 'case_3' && scheduler === 'fifo',
  });
});

afterAll(() => rm(folder, { recursive: true }));

function bars({ experiment }: StoredExperiment): ErrorBarPoint[] {
  return improvementChart(experiment).config.data.datasets[0]?.data as ErrorBarPoint[];
}

function texts(marks: readonly Mark[]): string[] {
  return marks.flatMap((mark) => (mark.kind === 'text' ? [mark.text] : []));
}

function scaleOf({ experiment }: StoredExperiment, name: 'x' | 'y') {
  const scale = improvementChart(experiment).config.options?.scales?.[name];
  return { min: Number(scale?.min), max: Number(scale?.max) };
}

test('draws the improvement with its interval, in per cent', () => {
  const summary = one.experiment.summaries[1];
  const [low, high] = summary?.improvement_ci95 ?? [];
  expect(bars(one)).toHaveLength(1);
  expect(bars(one)[0]?.x).toBeCloseTo(100 * Number(summary?.improvement), 9);
  expect(bars(one)[0]?.xMin).toBeCloseTo(100 * Number(low), 9);
  expect(bars(one)[0]?.xMax).toBeCloseTo(100 * Number(high), 9);
});

test('puts the limit across the bar, and names it', () => {
  const { marks } = improvementChart(one.experiment);
  const [line] = marks.flatMap((mark) => (mark.kind === 'line' ? [mark] : []));
  const [bar] = bars(one);
  expect(line?.x).toBeCloseTo(43, 9);
  expect(line?.y[0]).toBeLessThan(Number(bar?.y));
  expect(line?.y[1]).toBeGreaterThan(Number(bar?.y));
  expect(texts(marks)).toContain('possible: 43.0 %');
});

test('writes improvement and interval behind the bar', () => {
  const label = texts(improvementChart(one.experiment).marks).at(-1);
  expect(label).toMatch(/^\d+\.\d % less \(\d+\.\d to \d+\.\d\)$/);
});

test('says so where an arm has no valid run, and draws no bar', () => {
  const { marks } = improvementChart(nine.experiment);
  expect(bars(nine)).toHaveLength(9 * 3 - 1);
  expect(texts(marks)).toContain('no valid run (4 of 4 invalid)');
});

test('keeps bars apart and inside the chart, and grows instead of squeezing them', () => {
  const places = bars(nine).map((bar) => bar.y);
  const gaps = places.slice(1).map((y, i) => y - (places[i] as number));
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual(0.999);
  expect(Math.max(...places)).toBeLessThan(scaleOf(nine, 'y').max);
  expect(improvementChart(nine.experiment).height).toBeGreaterThan(720);
  expect(improvementChart(one.experiment).height).toBe(720);
});

test('has room for what is worse than the baseline, but not for all of a wide interval', () => {
  const ends = bars(nine).flatMap((bar) => [bar.x, bar.xMin]);
  const { min } = scaleOf(nine, 'x');
  expect(Math.min(...ends)).toBeLessThan(0);
  expect(min).toBeLessThan(Math.min(...ends));
  const summaries = one.experiment.summaries.map((summary) =>
    summary.baseline ? summary : { ...summary, improvement: -0.2, improvement_ci95: [-30, 0.5] },
  );
  const wide = { ...one, experiment: { ...one.experiment, summaries } };
  expect(scaleOf(wide, 'x').min).toBeGreaterThan(-110);
  expect(bars(wide)[0]?.xMin).toBe(scaleOf(wide, 'x').min);
});

test('does without any valid run', async () => {
  const none = await storeSyntheticExperiment(join(folder, 'none'), {
    testIds: ['a'],
    arms: ARMS.slice(0, 2),
    blocks: 2,
    invalid: () => true,
  });
  expect(bars(none)).toEqual([]);
  expect(texts(improvementChart(none.experiment).marks)).toContain('no valid run (2 of 2 invalid)');
});
