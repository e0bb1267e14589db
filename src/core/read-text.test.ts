// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readText } from './read-text.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'text-'));
});
afterAll(() => rm(folder, { recursive: true }));

test('refuses what is no text, and what could not be held', async () => {
  const file = join(folder, 'x');
  await writeFile(file, Buffer.from([0x61, 0xc3]));
  await expect(readText(file)).rejects.toThrow(/x: not UTF-8 text/);
  await truncate(file, 2 ** 34);
  await expect(readText(file)).rejects.toThrow(/x: larger than 256 MiB/);
  await expect(readText(file)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  await expect(readText(folder, 'the case file')).rejects.toThrow(/Cannot read the case file: .*/);
});
