// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readHistoryFile } from './history-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'history-file-'));
afterAll(() => rmSync(folder, { recursive: true }));

function fileWith(text: string): string {
  const file = join(folder, 'x.history');
  writeFileSync(file, text);
  return file;
}

test('the text of a history is what its loader wrote, damaged lines too', async () => {
  const text = 'schedlab.history/1\nrubbish\n';
  expect(await readHistoryFile(fileWith(text))).toBe(text);
});

test.each([
  ['another text', () => fileWith('schedlab.history/2\n'), /its first line must be/],
  ['a folder', () => folder, /Cannot read the history/],
  ['no file', () => join(folder, 'none'), /Cannot read the history/],
  ['a device without an end', () => '/dev/zero', /\/dev\/zero: larger than 256 MiB/],
])('%s is refused', async (_, path, message) => {
  const refusal = { code: 'INVALID_INPUT', message: expect.stringMatching(message) };
  await expect(readHistoryFile(path())).rejects.toThrow(expect.objectContaining(refusal));
});
