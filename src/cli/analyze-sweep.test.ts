// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { storeSyntheticExperiment } from '../report/synthetic-experiment.test-data.ts';
import { type CpuSweep, createCpuSweep, partFolder } from '../results/cpu-sweep.ts';
import { type CapturedOutput, captureOutput } from './captured-output.test-data.ts';
import { main } from './main.ts';

// Loading the drawing packages takes seconds on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const ARMS = [
  { name: 'default', goodness: 0 },
  { name: 'long_first', goodness: 1 },
];

let parent: string;
let sweep: CpuSweep;
let output: CapturedOutput;

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'analyze-'));
  sweep = await createCpuSweep(parent, 'a', [2, 4, 8]);
  await store(partFolder(sweep, 2), 2);
  await store(partFolder(sweep, 4), 4);
  output = captureOutput();
});

afterEach(async () => {
  vi.restoreAllMocks();
  await rm(parent, { recursive: true });
});

function store(folder: string, cpus: number, testId = 'a') {
  return storeSyntheticExperiment(folder, { testIds: [testId], arms: ARMS, blocks: 3, cpus });
}

async function analyze(folders: readonly string[]): Promise<string[]> {
  expect(await main('analyze', 'analyze', [...folders, '--json'])).toBe(0);
  return JSON.parse(output.stdout).files;
}

test('renders the parts of a sweep that there are, and the sweep', async () => {
  const files = await analyze([sweep.folder]);
  for (const file of ['2/report.html', '4/charts/improvement.png', 'cpus-a.png', 'cpus.md']) {
    expect(files).toContain(join(sweep.folder, file));
  }
  expect(await readFile(join(sweep.folder, 'cpus.md'), 'utf8')).toContain('| 4 | 1.');
});

test('finds a sweep in experiments that were measured one by one', async () => {
  const [one, other] = [join(parent, 'x/one'), join(parent, 'x/other')];
  await store(one, 2);
  await store(other, 8);
  expect(await analyze([one, other])).toContain(join(parent, 'x/cpus-a.png'));
  const report = await readFile(join(parent, 'x/cpus.md'), 'utf8');
  expect(report).toContain('[other](other/report.md)');
});

test('experiments of different cases are rendered one by one', async () => {
  const [one, other] = [join(parent, 'x/one'), join(parent, 'x/other')];
  await store(one, 2);
  await store(other, 8, 'b');
  const files = await analyze([one, other]);
  expect(files).toContain(join(other, 'report.html'));
  expect(files.filter((file) => /cpus/.test(file.slice(parent.length)))).toEqual([]);
});

test('refuses a part that is in the place of another, and draws nothing', async () => {
  await store(partFolder(sweep, 8), 4);
  expect(await main('analyze', 'analyze', [sweep.folder])).toBe(2);
  expect(output.stderr).toMatch(/\/8: it was measured on 4 CPUs, not 8/);
  expect(existsSync(join(partFolder(sweep, 2), 'charts'))).toBe(false);
});

test('refuses parts that are not of one comparison, and a damaged sweep.json', async () => {
  await store(partFolder(sweep, 8), 8, 'b');
  expect(await main('analyze', 'analyze', [sweep.folder])).toBe(2);
  expect(output.stderr).toContain('they differ in the cases');
  await writeFile(join(sweep.folder, 'sweep.json'), '{"schema":"schedlab.sweep/1"}');
  expect(await main('analyze', 'analyze', [sweep.folder])).toBe(2);
  expect(output.stderr).toMatch(/sweep\.json: /);
});
