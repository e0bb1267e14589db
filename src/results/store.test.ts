// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ExperimentStore, experimentFolderName, writeAtomically } from './store.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'store-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('names a folder after its time and never shares one', async () => {
  const name = experimentFolderName(new Date('2026-11-22T16:39:05.123Z'), 'ctest_suite');
  expect(name).toBe('2026-11-22T16-39-05Z-ctest_suite');
  await using first = await ExperimentStore.create(folder, name);
  await using second = await ExperimentStore.create(folder, name);
  expect(second.folder).toBe(`${first.folder}-2`);
});

test('writes aside, so that nothing half written has the name', async () => {
  const file = join(folder, 'a');
  await writeAtomically(file, 'one');
  await writeAtomically(file, 'two');
  expect(await readdir(folder)).toEqual(['a']);
});

test('keeps what a scheduler has learned, whatever it is called', async () => {
  await using store = await ExperimentStore.create(folder, 'x');
  const long = ['learned', ...Array.from({ length: 30 }, (_, n) => `tunable_${n}=5000`)].join(':');
  const names = ['../x', 'half \ud800', long, `${long}:a=1`];
  for (const [place, name] of names.entries()) await store.saveHistory(name, `${place}`);
  for (const [place, name] of names.entries()) {
    expect(await store.readHistory(name)).toBe(`${place}`);
  }
  expect(await readdir(join(store.folder, 'histories'))).toHaveLength(4);
});
