// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { packageRoot } from '../core/paths.ts';
import { readCaseFile, selectCases } from './case-file.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cases-'));
});
afterAll(() => rm(folder, { recursive: true }));

const GOOD_CASE = {
  id: 'one',
  name: 'One',
  description: '',
  category: 'test',
  small_setup: [],
  large_setup: [],
  small_commands: ['true'],
  large_commands: ['true'],
  cleanup_commands: [],
  dependencies: [],
};
const GOOD = {
  configuration: { short_tasks: 39, long_tasks: 1, total_tasks: 40 },
  test_cases: [GOOD_CASE],
  metadata: {},
};

async function read(document: unknown) {
  const file = join(folder, 'cases.json');
  await writeFile(file, typeof document === 'string' ? document : JSON.stringify(document));
  return readCaseFile(file);
}

const withCase = (changes: object) => ({ ...GOOD, test_cases: [{ ...GOOD_CASE, ...changes }] });

test("reads the package's own file", async () => {
  const file = await readCaseFile(join(packageRoot, 'test_cases_parallel.json'));
  expect(file).toMatchObject({ folder: packageRoot, shortTasks: 39, longTasks: 1 });
  expect(selectCases(file, ['ctest_suite'])).toHaveLength(1);
});

test('accepts keys that it does not know, for the files of others', async () => {
  const file = await read({ ...withCase({ expected_improvement: '30-35%', extra: 1 }), more: 2 });
  expect(file.cases[0]?.id).toBe('one');
});

test("keeps what a case says of its tasks' files and output", async () => {
  const file = await read(withCase({ shares_input: true, checks_output: false }));
  expect(file.cases[0]).toMatchObject({ shares_input: true, checks_output: false });
});

test.each([
  ['not JSON', '{', /cases\.json: not valid JSON/],
  [
    'a missing key',
    withCase({ small_commands: undefined }),
    /\/test_cases\/0 must have required property 'small_commands'/,
  ],
  [
    'a wrong type',
    withCase({ large_commands: 'true' }),
    /\/test_cases\/0\/large_commands must be a list of at least one shell line/,
  ],
  [
    'no commands',
    withCase({ small_commands: [] }),
    /\/test_cases\/0\/small_commands must be a list of at least one shell line/,
  ],
  ['an id that is a path', withCase({ id: '../x' }), /\/test_cases\/0\/id must be an id/],
  [
    'two of one id',
    { ...GOOD, test_cases: [GOOD_CASE, GOOD_CASE] },
    /\/test_cases\/1\/id repeats "one"/,
  ],
  [
    'too many tasks',
    { ...GOOD, configuration: { short_tasks: 100000, long_tasks: 1, total_tasks: 100001 } },
    /\/configuration\/short_tasks must be a whole number from 1 to 10000/,
  ],
  [
    'a wrong total',
    { ...GOOD, configuration: { short_tasks: 3, long_tasks: 1, total_tasks: 5 } },
    /\/configuration\/total_tasks must be .* 4/,
  ],
  [
    'a size of zero',
    withCase({ work: { short_cpu_s: 0, skew: 2 } }),
    /\/test_cases\/0\/work\/short_cpu_s must be a number above 0/,
  ],
  [
    'a word where it is yes or no',
    withCase({ shares_input: 'yes' }),
    /\/test_cases\/0\/shares_input must be true or false/,
  ],
])('refuses %s with one clear error', async (_, document, message) => {
  await expect(read(document)).rejects.toThrow(message);
  await expect(read(document)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
});

test('an unknown case is an error that lists what there is', async () => {
  const file = await read(GOOD);
  expect(() => selectCases(file, ['two'])).toThrow(/No case two .* There are: one\./);
});
