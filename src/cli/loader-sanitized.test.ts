// SPDX-License-Identifier: Apache-2.0
/** The loader that ends at its first wrong access, leak or undefined result, as far as no guest is needed. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { withWrongVariables } from './damaged-object.test-data.ts';
import { makeSchedulers } from './test-kit.ts';

const ROUNDS = 4000;

let built: string;
let folder: string;
beforeAll(async () => {
  built = await makeSchedulers(['build/loader', 'build/fifo.bpf.o', 'build/learned.bpf.o']);
  await makeSchedulers(['SANITIZE=1', 'build/sanitized/loader', 'damaged']);
  // In memory, because every history is synced.
  folder = await mkdtemp(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'loader-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Status and output; fails on whatever the sanitizers say. */
function run(program: string, args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  expect(stderr).not.toMatch(/Sanitizer|runtime error/);
  return { status, stdout, stderr };
}
const loader = (...args: string[]) => run(join(built, 'sanitized/loader'), args);
const object = (name: string) => join(built, `${name}.bpf.o`);

test('says what there is in a scheduler and what can be set', () => {
  const { status, stdout } = loader('--list', object('learned'), 'long_percent=0x1ff');
  expect(status).toBe(0);
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines[0]).toEqual({ event: 'scheduler', ops: 'learned', keeps_history: true });
  expect(lines).toContainEqual(expect.objectContaining({ name: 'long_percent', value: 511 }));
});

test.each([
  [[], /usage: loader/],
  [['--list'], /usage: loader/],
  [['--faster', 'fifo'], /usage: loader/],
  [['--timeout-ms', '-1', 'fifo'], /usage: loader/],
  [['--timeout-ms', '99999999999999999999', 'fifo'], /usage: loader/],
  [['fifo', 'slice_us'], /usage: loader/],
])('%j is wrong usage', (args, message) => {
  const { status, stderr } = loader(...args.map((arg) => (arg === 'fifo' ? object('fifo') : arg)));
  expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringMatching(message) });
});

test.each([
  'slice_us=',
  'slice_us=-1',
  'slice_us=99999999999999999999999999999999999999',
  'slice_us=0x',
  'slice=5',
  '=',
])('the setting %s is refused with a list of what there is', (setting) => {
  const { status, stderr } = loader('--list', object('fifo'), setting);
  expect({ status, stderr }).toEqual({
    status: 2,
    stderr: expect.stringMatching(/slice_us \(u32, default 20000, 100 to 1000000\)/),
  });
});

test('a history for a scheduler that keeps none is refused', () => {
  const { status, stderr } = loader('--list', '--history', join(folder, 'h'), object('fifo'));
  expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringMatching(/no history/) });
});

test('an object that is cut off anywhere is refused', async () => {
  const whole = readFileSync(object('fifo'));
  const path = join(folder, 'cut.bpf.o');
  for (let twentieth = 0; twentieth < 20; twentieth++) {
    await writeFile(path, whole.subarray(0, (whole.length * twentieth) / 20));
    const { status, stderr } = loader('--list', path);
    expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringMatching(/cannot open/) });
  }
});

test('an object with wrong variables is refused, or they are left out', async () => {
  const path = join(folder, 'wrong.bpf.o');
  const answers = new Set<string>();
  for (const { what, bytes } of withWrongVariables(readFileSync(object('fifo')))) {
    await writeFile(path, bytes);
    const { status, stdout } = loader('--list', path);
    expect([0, 1], what).toContain(status);
    answers.add(`${status} ${stdout}`);
  }
  // Refused, with the tunable, and without it.
  expect(answers.size).toBeGreaterThan(2);
});

test('damaged histories, at random', () => {
  for (const seed of ['1', '2']) {
    const { status, stderr } = run(join(built, 'sanitized/damaged'), [seed, `${ROUNDS}`, folder]);
    expect({ status, why: /^damaged: .*/m.exec(stderr)?.[0] }).toEqual({ status: 0 });
  }
});

test('valgrind finds nothing in it either', async () => {
  const cut = join(folder, 'valgrind.bpf.o');
  await writeFile(cut, readFileSync(object('fifo')).subarray(0, 1000));
  for (const [file, wanted] of [
    [object('learned'), 0],
    [cut, 1],
  ] as const) {
    const options = ['--quiet', '--error-exitcode=99', '--leak-check=full'];
    const args = [...options, join(built, 'loader'), '--list', file];
    expect(spawnSync('valgrind', args, { encoding: 'utf8' })).toMatchObject({ status: wanted });
  }
});
