// SPDX-License-Identifier: Apache-2.0
// What happens with programs that bring no scheduler; arms.vm.test.ts has those that do.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startProgram } from './program.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'program-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const processes = () => execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' });

function start(command_line: string, limitMs = 10_000, signal = new AbortController().signal) {
  const path = `${folder}:${process.env.PATH}`;
  return startProgram({ command_line, folder, path }, limitMs, signal);
}

test('a program that ends is rejected with what it wrote', async () => {
  expect(await start('echo out; echo "no BPF here" >&2; exit 3')).toEqual({
    kind: 'rejected',
    message: 'the program exited with 3 and no scheduler was attached: out\nno BPF here',
    exit: null,
  });
  expect(await start('false')).toEqual({
    kind: 'rejected',
    message: 'the program exited with 1 and no scheduler was attached',
    exit: null,
  });
});

test('a command that is not there is rejected in the words of the shell', async () => {
  expect(await start('no-such-scheduler --fast')).toMatchObject({
    kind: 'rejected',
    message: expect.stringMatching(/exited with 127 .*no-such-scheduler: not found/),
    exit: null,
  });
});

test('a program that never attaches is ended with all that it started', async () => {
  expect(await start('echo waiting; (sleep 421; :); sleep 422', 100)).toEqual({
    kind: 'rejected',
    message: 'no scheduler attached in 0.1 s: waiting',
    exit: null,
  });
  expect(processes()).not.toMatch(/sleep 42[12]|read _;/);
});

test('what a program leaves behind is ended too, even if it ignores SIGINT', async () => {
  expect(await start('sleep 423 & exit 0')).toMatchObject({ kind: 'rejected' });
  expect(processes()).not.toMatch(/sleep 423/);
}, 15_000);

test('it runs in the folder and with the PATH of whoever typed it', async () => {
  const { message } = (await start('pwd; echo "$PATH"')) as { message: string };
  expect(message).toContain(`: ${folder}\n${folder}:`);
});

test('only the end of a long output is kept', async () => {
  const { message } = (await start('seq 1 100000')) as { message: string };
  expect(message.length).toBeLessThan(2200);
  expect(message).toMatch(/\n100000$/);
});

test('an order to stop while it waits ends it', async () => {
  const stop = new AbortController();
  const started = start('touch here; exec sleep 424', 60_000, stop.signal);
  await vi.waitFor(() => readFileSync(join(folder, 'here')));
  stop.abort(new Error('stopped'));
  await expect(started).rejects.toThrow('stopped');
  expect(processes()).not.toMatch(/sleep 424/);
});

test('when we are killed it does not stay', async () => {
  const module = join(folder, 'program.mjs');
  await build({
    entryPoints: [join(import.meta.dirname, 'program.ts')],
    ...{ bundle: true, platform: 'node', format: 'esm', target: 'node20.19', outfile: module },
  });
  const file = join(folder, 'up');
  const command = { command_line: `touch ${file}; sleep 425`, folder, path: process.env.PATH };
  const script = `import(${JSON.stringify(module)}).then((m) =>
    m.startProgram(${JSON.stringify(command)}, 60000, new AbortController().signal));`;
  const us = spawn(process.execPath, ['-e', script], { stdio: 'inherit' });
  await vi.waitFor(() => readFileSync(file), { timeout: 5000 });
  us.kill('SIGKILL');
  await vi.waitFor(() => expect(processes()).not.toMatch(/sleep 425/), { timeout: 5000 });
});
