// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { cp, link, mkdir, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { packageRoot } from '../core/paths.ts';
import { ourselves } from '../core/privileges.ts';
import { type CommandResult, runCommand } from '../core/run-command.ts';
import { readCaseFile, type TestCase } from './case-file.ts';
import { type PreparedGroup, prepareCase } from './prepare.ts';
import type { TaskGroup } from './task-groups.ts';

// The programs of every case of ours: what they promise to whoever measures with them.

const FEW_UNITS = 50;
const MANY_UNITS = 400;

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'programs-'));
  vi.stubEnv('SCHEDLAB_CACHE', root);
});
afterAll(() => {
  vi.unstubAllEnvs();
  return rm(root, { recursive: true });
});

const { cases } = await readCaseFile(join(packageRoot, 'test_cases_parallel.json'));

const nine = cases.filter((testCase) => !testCase.isMix);
const mixes = cases.filter((testCase) => testCase.isMix);

test('there are nine cases and three controls, whose tasks share their input and print what can be checked', () => {
  expect(nine).toHaveLength(9);
  expect(mixes.map(({ id }) => id)).toEqual(['neutral_mix', 'heavy_tail', 'heavy_tail_spread']);
  for (const testCase of cases) {
    expect(testCase).toMatchObject({ shares_input: true, checks_output: true });
  }
});

describe('neutral_mix', () => {
  const [{ groups, dependencies, scheduler }] = mixes as [TestCase];
  const longs = groups.filter((group) => group.class === 'long');
  const shorts = groups.filter((group) => group.class === 'short');

  test('has every program of the nine cases about four times, and one of them once more', () => {
    expect(shorts.map(({ id }) => id).toSorted()).toEqual(nine.map(({ id }) => id).toSorted());
    expect(shorts.reduce((sum, { count }) => sum + count, 0)).toBe(39);
    for (const { count } of shorts) expect(Math.abs(count - 4)).toBeLessThanOrEqual(1);
    expect(longs.map(({ count }) => count)).toEqual([1]);
    const needed = new Set(nine.flatMap((testCase) => testCase.dependencies));
    expect(new Set(dependencies)).toEqual(needed);
    expect(scheduler).toBe('learned');
  });

  test('has no name that any scheduler of ours knows, and the long task one of a short', async () => {
    const folder = join(packageRoot, 'schedulers');
    const sources = (await readdir(folder)).filter((file) => file.endsWith('.bpf.c'));
    const text = await Promise.all(sources.map((file) => readFile(join(folder, file), 'utf8')));
    for (const { commands } of groups) {
      const name = programOf(commands) as string;
      expect(name).toMatch(/^job_[0-9a-f]{2}$/);
      expect(text.join()).not.toContain(name);
    }
    expect(new Set(shorts.map(({ commands }) => String(commands))).size).toBe(9);
    const twin = shorts.find(({ commands }) => String(commands) === String(longs[0]?.commands));
    expect(twin?.setup).toEqual(longs[0]?.setup);
  });

  test('runs what it sets up', async () => {
    const prepared = await prepareCase(mixes[0] as TestCase, {
      originalCwd: packageRoot,
      fresh: false,
      user: ourselves(),
    });
    const lines = [];
    for (const group of prepared) lines.push((await runTask(group, FEW_UNITS)).line);
    // Nine programs with ten results, of which the long task's is one of the others.
    expect(new Set(lines).size).toBe(9);
  });
});

describe.each(nine)('$id', (testCase) => {
  const [shortGroup, longGroup] = testCase.groups as [TaskGroup, TaskGroup];
  const sameProgram = String(shortGroup.setup) === String(longGroup.setup);
  let short: PreparedGroup;
  let long: PreparedGroup;
  let before: string;

  beforeAll(async () => {
    const options = { originalCwd: packageRoot, fresh: false, user: ourselves() };
    [short, long] = (await prepareCase(testCase, options)) as [PreparedGroup, PreparedGroup];
    if (sameProgram) expect(long.folder).toBe(short.folder);
    before = await contentsOf(root);
  });

  test('names its two kinds of tasks so that the kernel tells them apart', () => {
    const names = [programOf(shortGroup.commands), programOf(longGroup.commands)];
    expect(names[0]).not.toBe(names[1]);
    for (const name of names) expect(name).toMatch(/^\w{1,15}$/);
  });

  test('prints one line that depends on the amount of work and on nothing else', async () => {
    const outputs = [];
    for (const taskClass of [short, short, long, long]) {
      outputs.push(await runTask(taskClass, FEW_UNITS));
    }
    const many = await runTask(long, MANY_UNITS);
    const [first, second, third, fourth] = outputs.map(({ line }) => line);
    expect(second).toBe(first);
    expect(fourth).toBe(third);
    if (sameProgram) expect(third).toBe(first);
    expect(digestOf(many.line)).not.toBe(digestOf(third));

    const [, , ...few] = outputs.map(({ cpuS }) => cpuS);
    expect(many.cpuS).toBeGreaterThan(Math.min(...few));
  });

  test.each(['0', '-1', 'many', ''])('fails when told to do %j units', async (units) => {
    for (const taskClass of [short, long]) {
      const result = await start(taskClass, units);
      expect(result.failed).toBe(true);
      expect(result.stdout).toBe('');
      expect(result.stderr).toContain('usage');
    }
  });

  test('leaves everything outside of its own folder as it was', async () => {
    expect(await contentsOf(root)).toBe(before);
  });
});

/** Runs the class's command in a folder of links to what setup left; all else that it sees is empty. */
async function start(taskClass: PreparedGroup, units: string): Promise<CommandResult> {
  const outer = await mkdtemp(join(root, 'task-'));
  try {
    const [folder, home, temporary] = [
      join(outer, 'task'),
      join(outer, 'home'),
      join(outer, 'tmp'),
    ];
    await mkdir(home);
    await mkdir(temporary);
    await linkFolder(taskClass.folder, folder);
    const result = await runCommand(
      'bash',
      ['-c', 'TIMEFORMAT="%U %S"; time sh -c "$0"', taskClass.shellLines],
      { cwd: folder, env: { HOME: home, TMPDIR: temporary, WORK_UNITS: units } },
    );
    expect(await readdir(home)).toEqual([]);
    expect(await readdir(temporary)).toEqual([]);
    return result;
  } finally {
    await rm(outer, { recursive: true });
  }
}

async function runTask(
  taskClass: PreparedGroup,
  units: number,
): Promise<{ line: string; cpuS: number }> {
  const result = await start(taskClass, String(units));
  expect(result).toMatchObject({ failed: false });
  expect(result.stdout).toMatch(/^[^\n]+ [0-9a-f]{8,}$/);
  return { line: result.stdout, cpuS: cpuSeconds(result) };
}

/** What bash's `time` adds to standard error, where the program itself has written nothing. */
function cpuSeconds({ stderr }: CommandResult): number {
  expect(stderr).toMatch(/^\d+\.\d+ \d+\.\d+$/);
  return stderr.split(' ').reduce((sum, seconds) => sum + Number(seconds), 0);
}

async function linkFolder(from: string, to: string): Promise<void> {
  await cp(from, to, { recursive: true, filter: async (path) => (await stat(path)).isDirectory() });
  const entries = await readdir(from, { recursive: true, withFileTypes: true });
  for (const entry of entries.filter((file) => file.isFile())) {
    const source = join(entry.parentPath, entry.name);
    await link(source, join(to, source.slice(from.length)));
  }
}

/** One digest of the names, modes and bytes of all files below the folder. */
async function contentsOf(folder: string): Promise<string> {
  const digest = createHash('sha256');
  const paths = (await readdir(folder, { recursive: true })).sort();
  for (const path of paths) {
    const { mode, size } = await stat(join(folder, path));
    digest.update(JSON.stringify([path, mode, size]));
    if ((mode & 0o170000) === 0o100000) digest.update(await readFile(join(folder, path)));
  }
  return digest.digest('hex');
}

function programOf(commands: readonly string[]): string | undefined {
  return /^exec \.\/(\S+) \$WORK_UNITS$/.exec(commands.join('\n'))?.[1];
}

function digestOf(line: string | undefined): string | undefined {
  return line?.split(' ').at(-1);
}
