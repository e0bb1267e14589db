// SPDX-License-Identifier: Apache-2.0
import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { TestCase } from './case-file.ts';
import { namedFiles, prepareCase } from './prepare.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'prepare-'));
  vi.stubEnv('SCHEDLAB_CACHE', join(folder, 'cache'));
  await mkdir(join(folder, 'assets/one'), { recursive: true });
  await writeFile(join(folder, 'assets/one/source'), 'a');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

function testCase(changes: Partial<TestCase> = {}): TestCase {
  const log = `echo x >> ${folder}/log`;
  return {
    id: 'one',
    name: 'One',
    description: '',
    category: '',
    small_setup: [log, 'cp "$ORIGINAL_CWD"/assets/one/source .'],
    large_setup: [log, 'cp "$ORIGINAL_CWD"/assets/one/source .'],
    small_commands: ['true'],
    large_commands: ['true'],
    cleanup_commands: [],
    dependencies: [],
    ...changes,
  };
}

const prepare = (changes: Partial<TestCase> = {}, fresh = false) =>
  prepareCase(testCase(changes), { originalCwd: folder, fresh });
const setupsRun = async () => (await readFile(join(folder, 'log'), 'utf8')).length / 2;

test('runs a setup once, whichever class or experiment asks for it', async () => {
  const first = await prepare();
  const second = await prepare();
  expect(second).toEqual(first);
  expect(first.short.folder).toBe(first.long.folder);
  expect(await readdir(first.short.folder)).toEqual(['source']);
  expect(await setupsRun()).toBe(1);
});

test('runs it again when a file beside what it names has changed, or when asked to', async () => {
  const first = await prepare();
  await writeFile(join(folder, 'assets/one/header'), 'b');
  const second = await prepare();
  expect(second.short.folder).not.toBe(first.short.folder);
  await appendFile(join(second.short.folder, 'source'), 'damage');
  const third = await prepare({}, true);
  expect(await readFile(join(third.short.folder, 'source'), 'utf8')).toBe('a');
  expect(await setupsRun()).toBe(3);
});

test('a setup that fails leaves nothing half made', async () => {
  const failing = { small_setup: ['touch half', 'echo no such thing >&2; exit 4'] };
  await expect(prepare(failing)).rejects.toThrow(/case one failed \(exit code 4\):\nno such thing/);
  await expect(prepare(failing)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  expect(await readdir(join(folder, 'cache/prepared'))).toEqual([]);
});

test('finds the files that a setup names', () => {
  expect(
    namedFiles([
      `cc -o x "$ORIGINAL_CWD"/assets/a/x.c $\{ORIGINAL_CWD}/b.c`,
      'cp $ORIGINAL_CWD/c .',
    ]),
  ).toEqual(['assets/a/x.c', 'b.c', 'c']);
});
