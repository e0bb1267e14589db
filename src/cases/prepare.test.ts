// SPDX-License-Identifier: Apache-2.0
import {
  appendFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ourselves } from '../core/privileges.ts';
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

const groupOf = (id: string, setup: readonly string[]) =>
  ({ id, class: 'short', count: 1, setup, commands: ['true'], size: 1 }) as const;

function testCase(
  setup: readonly string[] = [`echo x >> ${folder}/log`, 'cp "$ORIGINAL_CWD"/assets/one/source .'],
): TestCase {
  return {
    id: 'one',
    name: 'One',
    description: '',
    category: '',
    groups: [groupOf('a', setup), groupOf('b', setup)],
    isMix: true,
    cleanup_commands: [],
    dependencies: [],
  };
}

async function prepare(setup?: readonly string[], fresh = false) {
  const [first, second] = await prepareCase(testCase(setup), {
    ...{ originalCwd: folder, fresh, user: ourselves() },
  });
  if (!first || !second) throw new Error('not prepared');
  return { first, second };
}
const setupsRun = async () => (await readFile(join(folder, 'log'), 'utf8')).length / 2;

test('runs a setup once, whichever group or experiment asks for it', async () => {
  const { first, second } = await prepare();
  expect(await prepare()).toEqual({ first, second });
  expect(first.folder).toBe(second.folder);
  expect(await readdir(first.folder)).toEqual(['source']);
  expect(await setupsRun()).toBe(1);
});

test('runs it again when a file beside what it names has changed, or when asked to', async () => {
  const { first } = await prepare();
  await writeFile(join(folder, 'assets/one/header'), 'b');
  const { first: second } = await prepare();
  expect(second.folder).not.toBe(first.folder);
  await appendFile(join(second.folder, 'source'), 'damage');
  const { first: third } = await prepare(undefined, true);
  expect(await readFile(join(third.folder, 'source'), 'utf8')).toBe('a');
  expect(await setupsRun()).toBe(3);
});

test('a link that leads nowhere, beside what a setup names, is no obstacle', async () => {
  await symlink('nowhere', join(folder, 'assets/one/broken'));
  const { first } = await prepare();
  expect(await readdir(first.folder)).toEqual(['source']);
});

test('a setup that fails leaves nothing half made', async () => {
  const failing = ['touch half', 'echo no such thing >&2; exit 4'];
  await expect(prepare(failing)).rejects.toThrow(/case one failed \(exit code 4\):\nno such thing/);
  await expect(prepare(failing)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  expect(await readdir(join(folder, 'cache/prepared'))).toEqual([]);
});

test.runIf(process.getuid?.() === 0)(
  'runs it as who is wanted, without privileges and variables of ours, also where only root may go',
  async () => {
    vi.stubEnv('A_SECRET', 'of the caller');
    await mkdir(join(folder, 'cache'), { mode: 0o700 });
    const [group] = await prepareCase(
      testCase([
        'id -u >who',
        'id -g >>who',
        'grep ^CapBnd /proc/self/status >>who',
        'env >variables',
      ]),
      { originalCwd: folder, fresh: false, user: { uid: 65534, gid: 65533 } },
    );
    const read = (name: string) => readFile(join(group?.folder ?? '', name), 'utf8');
    expect(await read('who')).toBe('65534\n65533\nCapBnd:\t0000000000000000\n');
    expect(await read('variables')).toMatch(/^PATH=/m);
    expect(await read('variables')).not.toContain('A_SECRET');
  },
);

test('finds the files that a setup names', () => {
  expect(
    namedFiles([
      `cc -o x "$ORIGINAL_CWD"/assets/a/x.c $\{ORIGINAL_CWD}/b.c`,
      'cp $ORIGINAL_CWD/c .',
    ]),
  ).toEqual(['assets/a/x.c', 'b.c', 'c']);
});
