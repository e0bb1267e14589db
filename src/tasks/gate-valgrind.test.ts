// SPDX-License-Identifier: Apache-2.0
/** What the sanitizers do not look for: decisions that rest on memory which nobody has written. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { packageRoot } from '../core/paths.ts';
import { ourselves } from '../core/privileges.ts';

const gateFolder = join(packageRoot, 'assets/gate');
const own = [ourselves().uid, ourselves().gid].map(String);
const options = ['--quiet', '--error-exitcode=99', '--leak-check=full'];

let folder: string;
beforeAll(() => {
  execFileSync('make', ['-s', '-C', gateFolder]);
  folder = mkdtempSync(join(tmpdir(), 'gate-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

test.each([
  ['runs tasks to their end', ['other 1 0', '0', '0', '1', 'true'], 0],
  ['kills a task whose gate is left', ['', '0', '1', 'A=B', '2', 'sleep', '331'], 0],
  ['refuses a list that ends too early', ['', '0', '0', '2', 'true'], 1],
])('valgrind finds nothing in a gate that %s', (_what, fields, wanted) => {
  const input = [...['1', folder, ...fields], 'g'].join('\0');
  const { status, stderr } = spawnSync(
    'valgrind',
    [...options, join(gateFolder, 'build/gate'), '9', ...own],
    {
      input,
      encoding: 'utf8',
    },
  );
  expect({ status, errors: stderr.match(/^==\d+==.*/gm) }).toEqual({
    status: wanted,
    errors: null,
  });
});
