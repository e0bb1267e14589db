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

function bars(stored: StoredExperiment): ErrorBarPoint[] {
  return improvementChart(stored).config.data.datasets[0]?.data as ErrorBarPoint[];
}

function texts(marks: readonly Mark[]): string[] {
  return marks.flatMap((mark) => (mark.kind === 'text' ? [mark.text] : []));
}

test('draws the median with the interval of the mean for every arm', () => {
  const [baseline, custom] = one.experiment.summaries.map((summary) => summary.makespan_s);
  expect(bars(one)).toMatchObject([
    { x: baseline?.median, xMin: baseline?.ci95[0], xMax: baseline?.ci95[1] },
    { x: custom?.median, xMin: custom?.ci95[0], xMax: custom?.ci95[1] },
  ]);
});

test('puts the lower bound of each arm across its bar, left of its end', () => {
  const { marks } = improvementChart(one);
  const lines = marks.flatMap((mark) => (mark.kind === 'line' ? [mark] : []));
  const bounds = one.experiment.summaries.map((summary) => summary.lower_bound_s);
  expect(lines.map((line) => line.x)).toEqual(bounds);
  for (const [index, bar] of bars(one).entries()) {
    const line = lines[index];
    expect(line?.y[0]).toBeLessThan(bar.y);
    expect(line?.y[1]).toBeGreaterThan(bar.y);
    expect(line?.x).toBeLessThanOrEqual(bar.x);
  }
  expect(texts(marks)[0]).toMatch(/^lower bound 6\.\d+ s: no schedule of this work ends sooner$/);
});

test('writes improvement and interval at the custom bars only', () => {
  const labels = texts(improvementChart(one).marks).slice(1);
  expect(labels[0]).toMatch(/^\d+\.\d s$/);
  expect(labels[1]).toMatch(/^\d\.\d+ s {3}\d+\.\d % less \(\d+\.\d to \d+\.\d\)$/);
});

test('says so where an arm has no valid run, and draws no bar', () => {
  const { marks } = improvementChart(nine);
  expect(bars(nine)).toHaveLength(9 * 4 - 1);
  expect(texts(marks)).toContain('no valid run (4 of 4 invalid)');
});

test('keeps bars apart and inside the chart, and grows instead of squeezing them', () => {
  const spec = improvementChart(nine);
  const places = bars(nine).map((bar) => bar.y);
  const gaps = places.slice(1).map((y, i) => y - (places[i] as number));
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual(0.999);
  const scale = spec.config.options?.scales?.y;
  expect(Math.max(...places)).toBeLessThan(Number(scale?.max));
  expect(spec.height).toBeGreaterThan(720);
  expect(improvementChart(one).height).toBe(720);
});

test('measures in lower bounds where the cases are too far apart for one scale', async () => {
  const far = await storeSyntheticExperiment(join(folder, 'far'), {
    testIds: ['small', 'large'],
    arms: ARMS.slice(0, 2),
    blocks: 3,
    size: { large: 20 },
  });
  const { marks, config } = improvementChart(far);
  expect(marks.flatMap((mark) => (mark.kind === 'line' ? [mark.x] : []))).toEqual([1, 1, 1, 1]);
  expect(bars(far).every((bar) => bar.x > 0.99 && bar.x < 2)).toBe(true);
  expect(JSON.stringify(config.options?.scales?.x)).toContain('lower bound');
});

test('does without any valid run', async () => {
  const none = await storeSyntheticExperiment(join(folder, 'none'), {
    testIds: ['a'],
    arms: ARMS.slice(0, 2),
    blocks: 2,
    invalid: () => true,
  });
  expect(bars(none)).toEqual([]);
  expect(improvementChart(none).marks.filter((mark) => mark.kind === 'line')).toEqual([]);
});
