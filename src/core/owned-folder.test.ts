// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeOwnedFolder } from './owned-folder.ts';

let parent: string;
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'owned-'));
});
afterEach(() => rm(parent, { recursive: true }));

test("removes what a killed process left, and nobody else's", async () => {
  const ours = basename(await makeOwnedFolder(parent, 'lab-'));
  expect(ours).toContain(`.${process.pid}-`);
  const gone = execFileSync('sh', ['-c', 'echo $$'], { encoding: 'utf8' }).trim();
  const left = ours.replace(`.${process.pid}-`, `.${gone}-`);
  const elsewhere = left.replace(/\d+\./, '1.');
  for (const name of [left, elsewhere, 'lab-notes', 'other']) await mkdir(join(parent, name));
  const next = basename(await makeOwnedFolder(parent, 'lab-'));
  expect((await readdir(parent)).toSorted()).toEqual(
    [ours, next, elsewhere, 'lab-notes', 'other'].toSorted(),
  );
});
