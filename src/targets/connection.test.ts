// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { JsonLinesChild } from '../core/json-lines-child.ts';
import { nextLine, SILENT, statCpuS } from './connection.ts';

test('a limit of years is not over at once', async () => {
  const child = await JsonLinesChild.start('/bin/sh', ['-c', `sleep 0.1; echo '{"a":1}'; cat`]);
  expect(await nextLine(child, 1e15)).toEqual({ a: 1 });
  expect(await nextLine(child, 1)).toBe(SILENT);
  child.stdin.end();
  await child.ended;
});

test('CPU time is read behind a name of any kind, and nowhere else', () => {
  const stat = (name: string) => `12 (${name}) S 1 12 12 0 -1 4194560 1 2 3 4 55 66 7 8 20 0`;
  expect(statCpuS(stat('node'))).toBe(1.36);
  expect(statCpuS(stat('a) R 1 (b'))).toBe(1.36);
  expect(statCpuS('12 (node) S 1 12')).toBeNull();
});
