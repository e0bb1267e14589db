// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { StoredExperiment } from '../results/read.ts';
import type { LineChartWithErrorBars } from './chart-spec.ts';
import { cpuSweepChart } from './cpu-sweep-chart.ts';
import { cpuRows, viewCpuSweep, whyNoCpuSweep } from './cpu-sweep-view.ts';
import { renderCpuSweep } from './render-cpu-sweep.ts';
import { storeSyntheticExperiment } from './synthetic-experiment.test-data.ts';

const ARMS = [
  { name: 'default', goodness: 0 },
  { name: 'long_first', goodness: 1 },
  { name: 'fifo', goodness: 0.4 },
];

let folder: string;
/** Not in the order of their CPUs. */
let parts: StoredExperiment[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'schedlab-report-'));
  parts = await Promise.all([8, 2, 4].map((cpus) => store(String(cpus), cpus)));
});
afterAll(() => rm(folder, { recursive: true }));

function store(name: string, cpus: number, testIds = ['a']): Promise<StoredExperiment> {
  const invalid = ({ scheduler, block }: { scheduler: string; block: number }) =>
    cpus === 4 && scheduler === 'fifo' && block === 0;
  const plan = { testIds, arms: ARMS, blocks: 4, cpus, invalid };
  return storeSyntheticExperiment(join(folder, name), plan);
}

function chartOf(experiments: readonly StoredExperiment[]) {
  const [view] = viewCpuSweep(experiments);
  if (!view) throw new Error('no case');
  const spec = cpuSweepChart(view);
  return { spec, datasets: (spec.config as LineChartWithErrorBars).data.datasets };
}

test('every scheduler has a line with a marker and dashes of its own', () => {
  const { datasets } = chartOf(parts);
  expect(datasets.map(({ label }) => label)).toEqual(['default', 'long_first', 'fifo']);
  for (const style of ['pointStyle', 'borderColor', 'borderDash'] as const) {
    expect(new Set(datasets.map((line) => JSON.stringify(line[style]))).size).toBe(3);
  }
});

test('a point is the mean ratio with its interval, at the logarithm of its CPUs', () => {
  const { datasets } = chartOf(parts);
  for (const [line, { name }] of ARMS.entries()) {
    for (const [place, cpus] of [2, 4, 8].entries()) {
      const { experiment } = parts.find((part) => part.experiment.place?.cpus === cpus) ?? {};
      const ratio = experiment?.summaries.find((arm) => arm.scheduler === name)?.makespan_ratio;
      const point = datasets[line]?.data[place];
      expect([point?.y, point?.yMin, point?.yMax]).toEqual([ratio?.mean, ...(ratio?.ci95 ?? [])]);
      expect(Math.abs((point?.x ?? 0) - Math.log2(cpus))).toBeLessThan(0.1);
    }
  }
  // Side by side, so that no whisker covers another.
  expect(new Set(datasets.map(({ data }) => data[0]?.x)).size).toBe(3);
});

test('the axes name the counts, the ideal and the range', () => {
  const { spec } = chartOf(parts);
  expect(spec.ticks?.x?.map(({ label }) => label)).toEqual(['2', '4', '8']);
  const [line, words] = spec.marks;
  expect(line).toMatchObject({ kind: 'path', corners: [0.6, 1, 3.4, 1] });
  expect(words).toMatchObject({ kind: 'text', y: 1, text: 'the ideal schedule' });
  const title = String(spec.config.options?.plugins?.title?.text);
  expect(title).toMatch(/^a on 2 to 8 CPUs: 1\.\d\d to 1\.\d\d × the bound under default, /);
  const how = String(spec.config.options?.plugins?.subtitle?.text);
  expect(how).toContain('13.0 on 2, 13.0 on 4, 13.0 on 8');
  expect(how).toContain('1 of 36 runs were invalid');
});

test('an interval of few runs does not flatten the lines', () => {
  const [first] = parts;
  if (!first) throw new Error('no part');
  const experiment = structuredClone(first.experiment);
  const wide = experiment.summaries[0]?.makespan_ratio;
  if (!wide) throw new Error('no ratio');
  wide.ci95 = [-40, 43];
  const { spec } = chartOf([{ ...first, experiment }]);
  const axis = spec.config.options?.scales?.y;
  expect(axis?.min).toBeGreaterThan(0.8);
  expect(axis?.max).toBeLessThan(1.5 * wide.mean);
});

test('a part without a place, and a scheduler without a valid run, have no point', () => {
  const [first, second] = parts;
  if (!first || !second) throw new Error('no parts');
  const nowhere = { ...second, experiment: { ...second.experiment, place: null } };
  const summaries = first.experiment.summaries.map((arm) =>
    arm.scheduler === 'fifo' ? { ...arm, makespan_ratio: null } : arm,
  );
  const { datasets } = chartOf([
    { ...first, experiment: { ...first.experiment, summaries } },
    nowhere,
  ]);
  expect(datasets.map(({ data }) => data.length)).toEqual([1, 1, 0]);
});

test('the tables have a line for each scheduler on so many CPUs, and what the ideal gives', () => {
  const rows = cpuRows(viewCpuSweep(parts));
  expect(rows.map(({ cpus, arm }) => [cpus, arm?.scheduler])).toEqual([
    [2, 'long_first'],
    [2, 'fifo'],
    [4, 'long_first'],
    [4, 'fifo'],
    [8, 'long_first'],
    [8, 'fifo'],
  ]);
  for (const { baseline, possible } of rows) {
    expect(baseline?.scheduler).toBe('default');
    expect(possible).toBeCloseTo(1 - 1 / (baseline?.makespan_ratio?.median ?? 0), 12);
  }
});

test('what differs in more than its CPUs is no sweep', async () => {
  const records = parts.map(({ experiment }) => experiment);
  expect(whyNoCpuSweep(records)).toBeNull();
  const [first] = records;
  if (!first) throw new Error('no part');
  expect(whyNoCpuSweep([...records, first])).toMatch(/as many CPUs/);
  const other = await store('other', 16, ['b']);
  expect(whyNoCpuSweep([...records, other.experiment])).toBe('they differ in the cases');
  const scaled = { ...other.experiment, plan: { ...first.plan, scale: 2 } };
  expect(whyNoCpuSweep([...records, scaled])).toBe('they differ in the size of the work');
});

test('draws a chart and a report with links to the parts', async () => {
  const files = await renderCpuSweep('a', folder, parts);
  expect(files).toEqual([join(folder, 'cpus-a.png'), join(folder, 'cpus.md')]);
  const png = await readFile(files[0] as string);
  expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([2560, 1440]);
  const report = await readFile(files[1] as string, 'utf8');
  expect(report).toContain('](cpus-a.png)');
  for (const cpus of [2, 4, 8]) expect(report).toContain(`[${cpus}](${cpus}/report.md)`);
  expect(report.match(/^\| \d+ \| 1\.\d{3} \[/gm)).toHaveLength(6);
  expect(report).toContain('| 4 / 4, 3 / 4 |');
});
