// SPDX-License-Identifier: Apache-2.0
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkDocument } from '../core/parse-document.ts';
import { packageRoot } from '../core/paths.ts';
import { predictionSchema, validationSchema } from '../results/prediction.ts';
import { main } from './main.ts';

const SAMPLE = join(packageRoot, 'results/sample');

let answers: string;
let notes: string;
const write = { stdout: process.stdout.write, stderr: process.stderr.write };
beforeEach(() => {
  answers = '';
  notes = '';
  process.stdout.write = ((text: string) => {
    answers += text;
    return true;
  }) as typeof write.stdout;
  process.stderr.write = ((text: string) => {
    notes += text;
    return true;
  }) as typeof write.stderr;
});
afterEach(() => {
  process.stdout.write = write.stdout;
  process.stderr.write = write.stderr;
});

const predict = (...args: string[]) => main('schedlab', 'umbrella', ['predict', ...args]);

test('a table for each case, with a row for each policy on each CPU count', async () => {
  expect(await predict(SAMPLE, '--test', 'compression,ctest_suite', '--cpus', '2,8')).toBe(0);
  expect(answers.match(/39 short and 1 long tasks/g)).toHaveLength(2);
  expect(answers.match(/│ ideal/g)).toHaveLength(4);
  expect(answers.match(/│ 8 +│ fair sharing/g)).toHaveLength(2);
  // 2 − 1/8 and 4/3 − 1/24
  expect(answers).toMatch(/1\.875 +│ 1\.292/);
});

test('a document that its schema describes', async () => {
  const args = ['--test', 'compression', '--tasks', '80', '--draws', '3', '--seed', '7', '--json'];
  expect(await predict(SAMPLE, ...args)).toBe(0);
  const document = checkDocument(predictionSchema, JSON.parse(answers), 'answer');
  expect(document).toMatchObject({ sizes: 'drawn', seed: 7, baseline: 'default' });
  // The experiment's own CPUs, as nothing else is asked for.
  expect(document.cases[0]).toMatchObject({ samples: 3, long_tasks: 2, on_cpus: [{ cpus: 4 }] });
});

test('a copy of an experiment is validated once', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'predict-'));
  try {
    await cp(SAMPLE, join(folder, 'copy'), { recursive: true });
    const args = ['--validate', SAMPLE, join(folder, 'copy'), '--model', 'default=fair_per_cpu'];
    expect(await predict(...args, '--json')).toBe(0);
    const { policies } = checkDocument(validationSchema, JSON.parse(answers), 'answer');
    expect(policies.map(({ policy, runs }) => [policy, runs])).toEqual([
      ['fair_per_cpu', 45],
      ['longest_first', 45],
    ]);
    expect(notes).toMatch(/copy is a copy of/);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('a sweep over CPUs is validated with all of its parts', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'predict-'));
  try {
    const created_at = '2026-11-25T00:00:00.000Z';
    const sweep = { schema: 'schedlab.sweep/1', name: 'all', created_at, cpus: [4, 8] };
    await writeFile(join(folder, 'sweep.json'), JSON.stringify(sweep));
    await cp(SAMPLE, join(folder, '4'), { recursive: true });
    expect(await predict('--validate', folder, '--json')).toBe(0);
    const { policies } = checkDocument(validationSchema, JSON.parse(answers), 'answer');
    expect(policies.map(({ cpus, runs }) => [cpus, runs])).toEqual([
      [4, 45],
      [4, 45],
    ]);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('a validation for people ends with the improvements', async () => {
  expect(await predict('--validate', SAMPLE)).toBe(0);
  expect(answers).toMatch(/│ 4 +│ fair +│ 45 +│ -0\.\d % ± 0\.\d %/);
  expect(answers).toMatch(/compression +│ compression +│ 4 +│ 37\.4 %/);
});

test.each([
  [[SAMPLE, SAMPLE], /one experiment at a time/],
  [[SAMPLE, '--test', 'nothing'], /has no case nothing/],
  [[SAMPLE, '--tasks', '1'], /at least 2/],
  [[SAMPLE, '--cpus', '4,0'], /whole number/],
  [[SAMPLE, '--cpus', '4,4'], /twice/],
  [['--validate', SAMPLE, '--model', 'default=best'], /ARM=POLICY/],
  [[join(SAMPLE, 'nothing')], /experiment\.json/],
  [[], /missing required argument/],
])('%j is refused', async (args, message) => {
  expect(await predict(...args)).toBe(2);
  expect(answers).toBe('');
  expect(notes).toMatch(message);
});
