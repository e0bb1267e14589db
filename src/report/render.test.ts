// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { renderReport } from './render.ts';
import { storeSyntheticExperiment } from './synthetic-experiment.test-data.ts';

const PNG_SIGNATURE = '89504e470d0a1a0a';
const ARMS = [
  { name: 'default', goodness: 0 },
  { name: 'long_first', goodness: 1 },
];

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'schedlab-report-'));
});

afterEach(() => rm(folder, { recursive: true }));

async function pngSize(file: string): Promise<[width: number, height: number]> {
  const content = await readFile(file);
  expect(content.subarray(0, 8).toString('hex')).toBe(PNG_SIGNATURE);
  return [content.readUInt32BE(16), content.readUInt32BE(20)];
}

test('writes the charts and the report into the folder, and the same again', async () => {
  const plan = { testIds: ['ctest_suite'], arms: ARMS, blocks: 5 };
  const stored = await storeSyntheticExperiment(folder, plan);
  const files = await renderReport(stored);
  const names = [
    'charts/improvement.png',
    'charts/timeline-ctest_suite.png',
    'charts/makespan-ctest_suite.png',
    'charts/completion-ctest_suite.png',
    'report.md',
    'report.html',
    'tasks.csv',
  ];
  expect(files).toEqual(names.map((name) => join(folder, name)));
  for (const file of files.slice(0, 4)) expect(await pngSize(file)).toEqual([2560, 1440]);
  const report = await readFile(join(folder, 'report.md'), 'utf8');
  for (const name of names.slice(0, 4)) expect(report).toContain(`](${name})`);
  const first = await Promise.all(files.map((file) => readFile(file)));
  expect(await renderReport(stored)).toEqual(files);
  expect(await Promise.all(files.map((file) => readFile(file)))).toEqual(first);
});

test('is not led astray by names from outside', async () => {
  const stored = await storeSyntheticExperiment(folder, {
    name: '<script>|`x`\n# no',
    testIds: ['../../escape', 'a\nb|<i>\u0000\ud83d', '9'.repeat(300)],
    arms: [...ARMS, { name: '__proto__', goodness: 0.5 }],
    blocks: 3,
    invalid: ({ scheduler }) => scheduler === '__proto__',
  });
  const files = await renderReport(stored);
  expect(files).toHaveLength(1 + 3 * 3 + 3);
  for (const file of files) expect(file.startsWith(`${folder}/`)).toBe(true);
  expect(await readdir(join(folder, 'charts'))).toHaveLength(10);
  expect(await readFile(join(folder, 'report.md'), 'utf8')).not.toMatch(/<(script|i)>/);
});

test('renders what there is when nothing is valid', async () => {
  const plan = { testIds: ['a'], arms: ARMS, blocks: 2, invalid: () => true };
  const files = await renderReport(await storeSyntheticExperiment(folder, plan));
  expect(files).toHaveLength(1 + 3 + 3);
});

test('renders what an observer saw, many charts with several threads', async () => {
  const testIds = ['a', 'b', 'c'];
  const plan = { testIds, arms: ARMS, blocks: 2, observed: true };
  const stored = await storeSyntheticExperiment(folder, plan);
  const files = await renderReport(stored);
  const names = files.map((file) => relative(folder, file));
  for (const kind of ['timeline', 'makespan', 'completion', 'waits', 'samples']) {
    for (const testId of testIds) expect(names).toContain(`charts/${kind}-${testId}.png`);
  }
  expect(names.filter((name) => name.startsWith('traces/'))).toEqual(
    testIds.flatMap((testId) => ARMS.map(({ name }) => `traces/${testId}-${name}.trace.json`)),
  );
  for (const name of names.filter((entry) => entry.endsWith('.png'))) {
    expect(await pngSize(join(folder, name))).toEqual([2560, 1440]);
  }
});

test('draws nothing when a trace is not what it should be', async () => {
  const plan = { testIds: ['a'], arms: ARMS, blocks: 2, observed: true };
  const stored = await storeSyntheticExperiment(folder, plan);
  for (const name of await readdir(join(folder, 'traces'))) {
    await writeFile(join(folder, 'traces', name), 'no gzip');
  }
  await expect(renderReport(stored)).rejects.toThrow(/Cannot read the trace .*run-\d\.json\.gz/);
  await expect(readdir(join(folder, 'charts'))).rejects.toThrow('ENOENT');
});
