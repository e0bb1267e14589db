// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CaseView, viewCases } from './case-view.ts';
import type { ChartSpec, Mark } from './chart-spec.ts';
import { completionChart, medianEnds, steps } from './completion-chart.ts';
import { makespanChart } from './makespan-chart.ts';
import { sampleChart } from './sample-chart.ts';
import { storeSyntheticExperiment } from './synthetic-experiment.test-data.ts';
import { timelineChart } from './timeline-chart.ts';
import { bucketOf, powerInWords, waitChart } from './wait-chart.ts';

const ARMS = [
  { name: 'default', goodness: 0 },
  { name: 'long_first', goodness: 1 },
  { name: 'broken', goodness: 0.4 },
];

let folder: string;
let view: CaseView;
let bare: CaseView;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'schedlab-report-'));
  const plan = {
    testIds: ['a'],
    arms: ARMS,
    blocks: 6,
    invalid: ({ scheduler, block }: { scheduler: string; block: number }) =>
      scheduler === 'broken' || block === 5,
  };
  const read = async (name: string, observed: boolean) => {
    const stored = await storeSyntheticExperiment(join(folder, name), { ...plan, observed });
    return (await viewCases(stored))[0] as CaseView;
  };
  view = await read('observed', true);
  bare = await read('bare', false);
});

afterAll(() => rm(folder, { recursive: true }));

type Of<K extends Mark['kind']> = Extract<Mark, { kind: K }>;
function marksOf<K extends Mark['kind']>(spec: ChartSpec | null, kind: K): Of<K>[] {
  return (spec?.marks ?? []).filter((mark): mark is Of<K> => mark.kind === kind);
}

test('every chart is plain data, fit to be sent to another thread', () => {
  for (const chart of [timelineChart, makespanChart, completionChart, waitChart, sampleChart]) {
    for (const entry of [view, bare]) {
      const spec = chart(entry);
      expect(structuredClone(spec)).toEqual(spec);
    }
  }
});

test('makespans: a point for each valid run, the outlier once more, a bound for each arm', () => {
  const spec = makespanChart(view);
  const points = marksOf(spec, 'dots').map(({ centres }) => centres.length / 2);
  expect(points).toEqual([5, 0, 5, 1]);
  const shown = marksOf(spec, 'dots').flatMap(({ centres }) =>
    centres.filter((_, i) => i % 2 === 0),
  );
  expect(shown).toEqual(
    expect.arrayContaining(view.arms[0]?.valid.map((run) => run.makespan_s) ?? []),
  );
  const outlier = view.arms[1]?.summary?.outliers?.[0]?.run_index;
  const texts = marksOf(spec, 'text').map(({ text }) => text);
  expect(texts).toContain(`run ${outlier}`);
  expect(texts).toContain('broken: no valid run (6 invalid)');
  expect(marksOf(spec, 'line').filter(({ dash }) => dash)).toHaveLength(2);
});

test('makespans: all lies inside the axis', () => {
  const spec = makespanChart(view);
  const axis = spec.config.options?.scales?.x;
  const { min, max } = { min: Number(axis?.min), max: Number(axis?.max) };
  for (const { centres } of marksOf(spec, 'dots')) {
    for (const x of centres.filter((_, i) => i % 2 === 0)) {
      expect(x).toBeGreaterThan(min);
      expect(x).toBeLessThan(max);
    }
  }
});

test('completion: the median run by run, and a step at each end', () => {
  expect(
    medianEnds([
      [1, 5],
      [2, 9],
      [4, 6],
    ]),
  ).toEqual([2, 6]);
  expect(steps([1, 3])).toEqual([1, 0, 1, 50, 3, 50, 3, 100]);
  const paths = marksOf(completionChart(view), 'path');
  expect(paths).toHaveLength(2 * 5 + 2);
  for (const { corners } of paths) expect(corners.at(-1)).toBe(100);
});

test('waits: nothing without an observation; else shares that add up to 100 for arm and class', () => {
  expect(waitChart(bare)).toBeNull();
  const paths = marksOf(waitChart(view), 'path');
  const heights = (axis: string, colour: string | undefined) =>
    paths
      .filter((path) => path.axis === axis && path.colour === colour)
      .flatMap(({ corners }) => corners.filter((_, i) => i % 4 === 3 && i < corners.length - 1));
  const colours = [...new Set(paths.map(({ colour }) => colour))];
  expect(colours).toHaveLength(2);
  for (const axis of ['short', 'long']) {
    for (const colour of colours) {
      const total = heights(axis, colour).reduce((sum, share) => sum + share, 0);
      expect(total).toBeCloseTo(100, 6);
    }
  }
});

test('waits: names powers of two and finds quantiles', () => {
  expect([0, 9, 10, 16, 20, 23].map(powerInWords)).toEqual([
    '1 µs',
    '512 µs',
    '1 ms',
    '64 ms',
    '1 s',
    '8 s',
  ]);
  expect(bucketOf([0, 98, 1, 1], 0.99)).toBe(2);
  expect(bucketOf([5], 0.99)).toBe(0);
});

test('samples: nothing without any; else CPU and memory of both classes of each arm', () => {
  expect(sampleChart(bare)).toBeNull();
  const paths = marksOf(sampleChart(view), 'path');
  expect(paths.map(({ axis }) => axis)).toEqual(Array(4).fill(['cpu', 'memory']).flat());
});

test('timeline: with a trace, what each CPU ran adds up to the tasks', () => {
  const spec = timelineChart(view);
  const { shown, trace } = view.arms[0] ?? {};
  const onCpus = marksOf(spec, 'rects')
    .filter(({ axis, colour }) => axis === 'y0' && ['#d55e00', '#56b4e9'].includes(colour))
    .flatMap(({ sides }) => areas(sides, (trace?.cpus ?? 0) * 3));
  const cpuTime = shown?.tasks.reduce((sum, task) => sum + task.user_s + task.system_s, 0) ?? 0;
  // A CPU's row is 3 high, of which 86 % is drawn.
  expect(onCpus.reduce((sum, area) => sum + area, 0) / (3 * 0.86) / cpuTime).toBeCloseTo(1, 1);
  expect(spec.config.data.datasets.flatMap<unknown>(({ data }) => data)).toEqual([]);
  expect(spec.ticks?.y0?.map(({ label }) => label)).toEqual([
    ...['CPU 0', 'CPU 1', 'CPU 2', 'CPU 3', 'long', 'short'],
  ]);
});

test('timeline: thousands of slices become fewer rectangles', () => {
  const rects = marksOf(timelineChart(view), 'rects').filter(({ axis }) => axis === 'y1');
  const count = rects.reduce((sum, { sides }) => sum + sides.length / 4, 0);
  expect(count).toBeLessThan(2 * (view.arms[1]?.trace?.slices.task.length ?? 0));
});

test('timeline: without a trace, a bar for each task', () => {
  expect(marksOf(timelineChart(bare), 'rects')).toEqual([]);
  expect(timelineChart(bare).config.data.datasets.map(({ data }) => data.length)).toEqual([
    ...[39, 1, 39, 1, 0, 0],
  ]);
});

/** Of the rectangles above `bottom`. */
function areas(sides: readonly number[], bottom: number): number[] {
  const found: number[] = [];
  for (let i = 0; i < sides.length; i += 4) {
    const [x0, x1, y0, y1] = sides.slice(i, i + 4) as [number, number, number, number];
    if (y1 <= bottom) found.push((x1 - x0) * (y1 - y0));
  }
  return found;
}
