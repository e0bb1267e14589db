// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ExperimentRecord, Summary } from '../results/experiment-record.ts';
import { storeSyntheticExperiment } from './synthetic-experiment.test-data.ts';
import { comparisonSentence, evidencePhrase, headline, outcomeOf } from './verdict-sentence.ts';

let folder: string;
let experiment: ExperimentRecord;
let custom: Summary;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'schedlab-report-'));
  const arms = [
    { name: 'default', goodness: 0 },
    { name: 'long_first', goodness: 1 },
  ];
  const plan = { testIds: ['ctest_suite'], arms, blocks: 3 };
  experiment = (await storeSyntheticExperiment(folder, plan)).experiment;
  custom = {
    ...(experiment.summaries[1] as Summary),
    improvement: 0.374,
    improvement_ci95: [0.361, 0.386],
    verdict: 'faster',
  };
});

afterAll(() => rm(folder, { recursive: true }));

function withComparisons(...comparisons: Summary[]): ExperimentRecord {
  const baselines = [...new Set(comparisons.map((summary) => summary.test_id))].map((test_id) => ({
    ...(experiment.summaries[0] as Summary),
    test_id,
  }));
  return { ...experiment, summaries: [...baselines, ...comparisons] };
}

const slower = () => ({
  ...custom,
  improvement: -0.05,
  improvement_ci95: [-0.07, -0.03],
  verdict: 'slower' as const,
});
const same = () => ({
  ...custom,
  improvement: 0.01,
  improvement_ci95: [-0.012, 0.031],
  verdict: 'no_difference_shown' as const,
});
const unknown = () => ({
  ...custom,
  improvement: null,
  improvement_ci95: null,
  verdict: 'not_enough_valid_runs' as const,
});

test('says how much less makespan the one scheduler gave', () => {
  expect(headline(withComparisons(custom))).toBe(
    "ctest_suite: 37.4 % less makespan than the kernel's default (95 % CI 36.1 to 38.6)",
  );
});

test('turns the interval round for a scheduler that is slower', () => {
  expect(headline(withComparisons(slower()))).toBe(
    "ctest_suite: 5.0 % more makespan than the kernel's default (95 % CI 3.0 to 7.0)",
  );
});

test('claims nothing when the interval holds zero or runs are too few', () => {
  expect(headline(withComparisons(same()))).toBe(
    "ctest_suite: no difference from the kernel's default shown (95 % CI −1.2 to 3.1 % less makespan)",
  );
  expect(headline(withComparisons(unknown()))).toBe(
    'ctest_suite: too few valid runs for a verdict',
  );
  expect(outcomeOf(unknown())).toEqual({ kind: 'unknown' });
});

test('does not call it no difference where so few blocks could show none', () => {
  const few = { ...same(), blocks: 5, least_p_value: 0.0625, improvement_ci95: [0.371, 0.512] };
  const interval = '(95 % CI 37.1 to 51.2 % less makespan)';
  expect(headline(withComparisons(few))).toBe(
    `ctest_suite: 5 blocks are too few for a verdict ${interval}`,
  );
  expect(comparisonSentence(few, 'default', true)).toBe(
    `ctest_suite: 5 blocks are too few for a verdict on long_first ${interval}`,
  );
  expect(evidencePhrase(few)).toMatch(/^p is at least 0\.0625; /);
  const another = { ...few, test_id: 'compression' };
  const shown = { ...same(), test_id: 'git_ops', least_p_value: 0.01 };
  expect(headline(withComparisons(few, another, shown))).toBe(
    "Shorter makespan than the kernel's default in 0 of 3 cases; no difference shown in 1; too few blocks in 2",
  );
});

test('names the best of several schedulers, one that is shown to be faster before all', () => {
  const noisy = { ...same(), scheduler: 'noisy', improvement: 0.9 };
  expect(headline(withComparisons(slower(), noisy, custom))).toBe(
    "ctest_suite: 37.4 % less makespan with long_first than with the kernel's default (95 % CI 36.1 to 38.6)",
  );
});

test('counts verdicts over several cases', () => {
  const second = { ...slower(), test_id: 'compression' };
  const third = { ...unknown(), test_id: 'git_ops' };
  expect(headline(withComparisons(custom, second, third))).toBe(
    "Shorter makespan than the kernel's default in 1 of 3 cases (up to 37.4 % less); longer in 1; too few valid runs in 1",
  );
});

test('gives makespan and ratio where nothing was compared', () => {
  const only = { ...experiment, summaries: experiment.summaries.slice(0, 1) };
  expect(headline(only)).toMatch(
    /^ctest_suite: makespan 1\d\.\d s under the kernel's default, 1\.\d+ × the lower bound$/,
  );
  expect(headline({ ...experiment, summaries: [] })).toBe('ctest_suite: nothing was measured');
});

test('names another baseline', () => {
  expect(comparisonSentence(custom, 'fifo', true)).toContain('with long_first than with fifo');
});
