// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { packageRoot } from '../core/paths.ts';
import {
  countsOf,
  hasOwnCounts,
  readCaseFile,
  selectCases,
  type TestCase,
  withCounts,
} from './case-file.ts';

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

const MIX = [
  { id: 'a', class: 'short', count: 3, setup: [], commands: ['true'] },
  { id: 'b', class: 'long', count: 2, setup: [], commands: ['true'] },
  { id: 'c', class: 'short', count: 1, setup: [], commands: ['true'], size: 0.5 },
];
const SIZES = { distribution: 'pareto', shape: 1.1, largest: 50, seed: 7, long_tasks: 2 };

/** A case that has a mix and none of the keys that it replaces. */
function mixCase(changes: object, mix: unknown = MIX) {
  const { small_setup, large_setup, small_commands, large_commands, ...rest } = GOOD_CASE;
  const work = { short_cpu_s: 1 };
  return { ...GOOD, test_cases: [{ ...rest, work, mix, ...changes }] };
}

const withCase = (changes: object) => ({ ...GOOD, test_cases: [{ ...GOOD_CASE, ...changes }] });

test("reads the package's own file", async () => {
  const file = await readCaseFile(join(packageRoot, 'test_cases_parallel.json'));
  expect(file.folder).toBe(packageRoot);
  expect(selectCases(file, ['ctest_suite']).map(countsOf)).toEqual([{ short: 39, long: 1 }]);
});

test('a case with small and large commands is a group of each class', async () => {
  const file = await read(withCase({ small_setup: ['a'], large_commands: ['b', 'c'] }));
  expect(file.cases[0]?.groups).toEqual([
    { id: 'short', class: 'short', count: 39, size: 1, setup: ['a'], commands: ['true'] },
    { id: 'long', class: 'long', count: 1, size: 1, setup: [], commands: ['b', 'c'] },
  ]);
});

test('a mix has its own groups and counts, and may still have the empty keys of others', async () => {
  const { cases } = await read(mixCase({ small_setup: [], large_commands: [], scheduler: 'fifo' }));
  const [mixed] = cases;
  expect(mixed?.groups.map(({ id, count, size }) => [id, count, size])).toEqual([
    ['a', 3, 1],
    ['b', 2, 1],
    ['c', 1, 0.5],
  ]);
  expect(mixed && countsOf(mixed)).toEqual({ short: 4, long: 2 });
  expect(mixed?.scheduler).toBe('fifo');
});

test('the largest so many tasks are the long ones where their sizes are drawn', async () => {
  const { cases } = await read(
    mixCase({ work: { short_cpu_s: 1, sizes: SIZES } }, MIX.slice(0, 1)),
  );
  expect(cases.map(countsOf)).toEqual([{ short: 1, long: 2 }]);
});

test('only the counts of a case without its own can be changed', async () => {
  const plain = (await read(GOOD)).cases[0] as TestCase;
  expect(countsOf(withCounts(plain, { short: 5 }))).toEqual({ short: 5, long: 1 });
  expect(countsOf(withCounts(plain, {}))).toEqual({ short: 39, long: 1 });
  const sizes = { short_cpu_s: 1, sizes: SIZES };
  const drawn = (await read(withCase({ work: sizes }))).cases[0] as TestCase;
  const mixed = (await read(mixCase({}))).cases[0] as TestCase;
  for (const [testCase, key] of [
    [drawn, 'sizes'],
    [mixed, 'mix'],
  ] as const) {
    expect(hasOwnCounts(testCase)).toBe(true);
    expect(withCounts(testCase, {})).toBe(testCase);
    const change = () => withCounts(testCase, { long: 2 });
    expect(change).toThrow(`by its "${key}": leave out --short and --long`);
    expect(change).toThrow(expect.objectContaining({ code: 'USAGE' }));
  }
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
    /\/test_cases\/0 must say what its tasks are: it has neither a "mix" nor small_commands$/,
  ],
  [
    'a wrong type',
    withCase({ large_commands: 'true' }),
    /\/test_cases\/0\/large_commands must be a list of shell lines/,
  ],
  [
    'no commands',
    withCase({ small_commands: [] }),
    /\/test_cases\/0\/small_commands must be a list of at least one shell line/,
  ],
  [
    'neither a mix nor commands',
    mixCase({ mix: undefined }),
    /neither a "mix" nor small_setup, large_setup, small_commands, large_commands$/,
  ],
  [
    'both',
    withCase({ mix: MIX }),
    /\/test_cases\/0\/small_commands must be absent or empty, because the case has a "mix"/,
  ],
  ['a mix of nothing', mixCase({}, []), /\/mix must be a list of groups of tasks/],
  ['a group of neither class', mixCase({}, [{ ...MIX[0], class: 'small' }]), /"short" or "long"/],
  ['two groups of one id', mixCase({}, [MIX[0], MIX[0]]), /\/mix\/1\/id repeats "a"/],
  ['a mix without short tasks', mixCase({}, [MIX[1]]), /\/mix must have a group of class "short"/],
  ['a size without work', mixCase({ work: undefined }), /\/mix\/2\/size needs the case's "work"/],
  ['a key that a group does not have', mixCase({}, [{ ...MIX[0], sice: 2 }]), /unknown key "sice"/],
  [
    'another distribution',
    mixCase({ work: { short_cpu_s: 1, sizes: { ...SIZES, distribution: 'normal' } } }),
    /\/work\/sizes\/distribution must be "pareto"/,
  ],
  [
    'only long tasks by size',
    mixCase({ work: { short_cpu_s: 1, sizes: { ...SIZES, long_tasks: 6 } } }),
    /\/work\/sizes\/long_tasks must be fewer than all tasks, of which there are 6/,
  ],
  [
    'a shell line that the gate would take for several fields',
    withCase({ small_commands: ['exec ./x\0y'] }),
    /\/test_cases\/0\/small_commands\/0 must be a shell line: not empty, and without NUL/,
  ],
  [
    'more tasks than a machine could hold',
    mixCase({}, [...MIX, ...['d', 'e'].map((id) => ({ ...MIX[0], id, count: 10_000 }))]),
    /\/mix has 20006 tasks, more than 20000/,
  ],
  [
    'a time that no clock has',
    mixCase({ work: { short_cpu_s: 1, released_over_s: 1e308 } }),
    /\/work\/released_over_s must be a number above 0, at most 1000000/,
  ],
  [
    'a tail so heavy that a drawn size is no number',
    mixCase({ work: { short_cpu_s: 1, sizes: { ...SIZES, shape: 5e-324 } } }),
    /\/work\/sizes\/shape must be a number from 0\.01 to 100/,
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
