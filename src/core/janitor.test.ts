// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterEach, beforeEach, expect, test } from 'vitest';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'janitor-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A process that has paths removed after it, and then does what `end` says. */
async function leaveBehind(paths: readonly string[], end: string) {
  const module = JSON.stringify(fileURLToPath(new URL('./janitor.ts', import.meta.url)));
  const { outputFiles } = await build({
    stdin: {
      resolveDir: '/',
      contents: `
        import { removeAfterUs } from ${module};
        for (const path of ${JSON.stringify(paths)}) removeAfterUs(path);
        console.log('there');
        ${end}`,
    },
    ...{ bundle: true, platform: 'node', write: false },
  });
  const child = spawn(process.execPath, ['-e', outputFiles?.[0]?.text ?? ''], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  return child;
}

async function isGone(path: string): Promise<boolean> {
  for (let waitedMs = 0; waitedMs < 5000; waitedMs += 50) {
    if (!existsSync(path)) return true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return false;
}

test('what a killed process had is removed, with what is in it, and nothing beside it', async () => {
  const [mine, other] = [join(folder, 'a $(b)* c'), join(folder, 'a')];
  await mkdir(join(mine, 'below'), { recursive: true });
  await writeFile(join(mine, 'below/file'), '');
  await mkdir(other);
  const child = await leaveBehind([mine], 'setInterval(() => {}, 1000);');
  expect(existsSync(mine)).toBe(true);
  child.kill('SIGKILL');
  expect(await isGone(mine)).toBe(true);
  expect(existsSync(other)).toBe(true);
});

test('it does not keep a process from ending', async () => {
  const child = await leaveBehind([join(folder, 'nothing')], '');
  const [code] = child.exitCode === null ? await once(child, 'exit') : [child.exitCode];
  expect(code).toBe(0);
});
