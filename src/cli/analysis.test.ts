// SPDX-License-Identifier: Apache-2.0
/** What gcc's and clang's analyzers say of our C programs without running them: nothing. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, expect, test } from 'vitest';
import { packageRoot } from '../core/paths.ts';
import { makeSchedulers } from './test-kit.ts';

const folder = mkdtempSync(join(tmpdir(), 'analysis-'));
afterAll(() => rmSync(folder, { recursive: true }));

function analyze(...settings: string[]) {
  return execa('make', ['-C', join(packageRoot, 'assets/gate'), 'analyze', ...settings]);
}

test('the loader, the observer and their tests', async () => {
  await makeSchedulers(['analyze']);
});

test('the gate and what else runs beside the tasks', async () => {
  await analyze();
});

test("the cases' programs", async () => {
  const assets = join(packageRoot, 'assets');
  const sources = readdirSync(assets, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.c') && !path.startsWith('gate/'))
    .map((path) => join(assets, path));
  expect(sources.length).toBeGreaterThan(3);
  await analyze(`SOURCES=${sources.join(' ')}`);
});

test.each([
  ['gcc', 'free(p); return *p;', /use after .free. of/],
  ['clang', 'int none = *p - *p; free(p); return 1 / none;', /Division by zero/],
])('what %s finds is an error', async (_compiler, defect, message) => {
  const source = join(folder, 'defect.c');
  writeFileSync(
    source,
    `#include <stdlib.h>\nint main(void) { char *p = calloc(1, 1); if (!p) return 1; ${defect} }\n`,
  );
  await expect(analyze(`SOURCES=${source}`)).rejects.toThrow(message);
});
