// SPDX-License-Identifier: Apache-2.0
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Observer } from './observer.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'schedlab-test-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** A program that answers as the observer would; the real one is for a guest. */
async function start(...lines: string[]): Promise<Observer> {
  const program = join(folder, 'program');
  await writeFile(program, ['#!/bin/sh', ...lines].join('\n'));
  await chmod(program, 0o755);
  return Observer.start(program, 'object');
}

const LOADED = `echo '{"event":"loaded"}'`;
const OBSERVING = `read line; echo "$line" >&2; echo '{"event":"observing"}'`;
const SEEN = { cpus: [0], lost: 0, cost_ns: null, stretches: '' };
const OBSERVED = `read line; echo '${JSON.stringify({ event: 'observed', ...SEEN })}'`;

test('hands over what was seen, once', async () => {
  await using observer = await start(LOADED, OBSERVING, OBSERVED, 'cat');
  await using watch = await observer.watch([3, 4]);
  expect(await watch?.take()).toEqual(SEEN);
  expect(observer.failure).toBeNull();
});

test('what nobody took is thrown away, so that the next run can be looked at', async () => {
  await using observer = await start(LOADED, OBSERVING, OBSERVED, OBSERVING, OBSERVED, 'cat');
  {
    await using _ = await observer.watch([3]);
  }
  await using watch = await observer.watch([5]);
  expect(await watch?.take()).toEqual(SEEN);
});

test.each([
  ['is not let in', ['echo no permission >&2', 'exit 1'], 'no permission'],
  [
    'babbles',
    [LOADED, 'echo hello', 'exec cat'],
    'program wrote "hello" where a JSON object was expected.',
  ],
  ['dies', [LOADED, 'kill -9 $$'], 'the observer ended with SIGKILL'],
])('a program that %s is a failure with its reason, not an exception', async (_, lines, reason) => {
  await using observer = await start(...lines);
  expect(await observer.watch([3])).toBeNull();
  expect(observer.failure).toBe(reason);
});

test('one that dies while it looks on has seen nothing', async () => {
  await using observer = await start(LOADED, OBSERVING, 'exit 1');
  await using watch = await observer.watch([3]);
  expect(await watch?.take()).toBeNull();
  expect(observer.failure).toBe('observe 3');
});
