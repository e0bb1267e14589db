// SPDX-License-Identifier: Apache-2.0
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { packageRoot } from '../core/paths.ts';
import { main } from './main.ts';

let folder: string;
let answers: string;
const write = process.stdout.write;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'history-'));
  answers = '';
  process.stdout.write = ((text: string) => {
    answers += text;
    return true;
  }) as typeof write;
});
afterEach(async () => {
  process.stdout.write = write;
  await rm(folder, { recursive: true });
});

/** The committed sample, as if it had been measured at another time. */
async function store(name: string, createdAt: string): Promise<void> {
  const target = join(folder, name);
  await cp(join(packageRoot, 'results/sample'), target, { recursive: true });
  const file = join(target, 'experiment.json');
  const experiment = JSON.parse(await readFile(file, 'utf8'));
  await writeFile(file, JSON.stringify({ ...experiment, created_at: createdAt }));
}

test('lists the experiments, oldest first, and says what it left out', async () => {
  await store('b', '2026-11-02T00:00:00.000Z');
  await store('a', '2026-11-03T00:00:00.000Z');
  await store('broken', '2026-11-04T00:00:00.000Z');
  await writeFile(join(folder, 'broken', 'experiment.json'), '{"schema":');
  expect(await main('schedlab', 'umbrella', ['history', folder, '--json'])).toBe(1);
  const { experiments } = JSON.parse(answers);
  expect(experiments.map((entry: { folder: string }) => entry.folder)).toEqual([
    join(folder, 'b'),
    join(folder, 'a'),
  ]);
});

test('draws one case over time', async () => {
  await store('b', '2026-11-02T00:00:00.000Z');
  await store('a', '2026-11-03T00:00:00.000Z');
  const args = ['history', folder, '--test', 'ctest_suite', '--json'];
  expect(await main('schedlab', 'umbrella', args)).toBe(0);
  const { comparisons, chart } = JSON.parse(answers);
  expect(comparisons.map((entry: { created_at: string }) => entry.created_at.slice(8, 10))).toEqual(
    ['02', '03'],
  );
  expect((await readFile(chart)).subarray(1, 4).toString()).toBe('PNG');
  expect(await main('schedlab', 'umbrella', ['history', folder, '--test', 'nothing'])).toBe(2);
});

test('lists the parts of a sweep over CPUs as well', async () => {
  await mkdir(join(folder, 'swept'));
  await writeFile(join(folder, 'swept', 'sweep.json'), '{}');
  await store('swept/4', '2026-11-03T00:00:00.000Z');
  await store('alone', '2026-11-02T00:00:00.000Z');
  expect(await main('schedlab', 'umbrella', ['history', folder, '--json'])).toBe(0);
  expect(JSON.parse(answers).experiments.map((entry: { folder: string }) => entry.folder)).toEqual([
    join(folder, 'alone'),
    join(folder, 'swept/4'),
  ]);
});
