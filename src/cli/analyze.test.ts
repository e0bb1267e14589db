// SPDX-License-Identifier: Apache-2.0
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { packageRoot } from '../core/paths.ts';
import { type CapturedOutput, captureOutput } from './captured-output.test-data.ts';
import { main } from './main.ts';

// Loading the drawing packages takes seconds on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

let folder: string;
let output: CapturedOutput;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'analyze-'));
  const sample = join(packageRoot, 'results/sample');
  for (const name of ['experiment.json', 'runs.ndjson']) {
    await cp(join(sample, name), join(folder, name));
  }
  output = captureOutput();
});

afterEach(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true });
});

test('renders stored results and names the files', async () => {
  expect(await main('analyze', 'analyze', [folder, '--json'])).toBe(0);
  const { files } = JSON.parse(output.stdout) as { files: string[] };
  expect(files).toContain(join(folder, 'charts/improvement.png'));
  expect(files).toContain(join(folder, 'tasks.csv'));
  const lines = (file: string) => readFile(join(folder, file), 'utf8').then((t) => t.trimEnd());
  const runs = (await lines('runs.ndjson')).split('\n').map((line) => JSON.parse(line));
  const tasks = runs.reduce((sum, run) => sum + run.tasks.length, 0);
  expect((await lines('tasks.csv')).split('\n')).toHaveLength(1 + tasks);
});

test('refuses an edited result with status 2, says where, and draws nothing', async () => {
  const file = join(folder, 'runs.ndjson');
  const text = await readFile(file, 'utf8');
  await writeFile(file, text.replace(/"makespan_s":[\d.]+/, '"makespan_s":1'));
  expect(await main('analyze', 'analyze', [folder])).toBe(2);
  expect(output.stdout).toBe('');
  expect(output.stderr).toContain(
    `analyze: ${file}:1: /makespan_s is 1, but the last task ended at`,
  );
  expect((await readdir(folder)).sort()).toEqual(['experiment.json', 'runs.ndjson']);
});

test('draws the first of several only when all can be read', async () => {
  expect(await main('analyze', 'analyze', [folder, join(folder, 'missing')])).toBe(2);
  expect(output.stderr).toContain('missing/experiment.json');
  expect(await readdir(folder)).not.toContain('charts');
});
