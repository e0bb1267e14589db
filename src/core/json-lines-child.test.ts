// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { JsonLinesChild } from './json-lines-child.ts';

const shell = (lines: string) => JsonLinesChild.start('/bin/sh', ['-c', lines]);

test.each(['no JSON', 'null', '[]', '5', '{"a":'])(
  'a child that says %s is ended',
  async (line) => {
    const child = await shell(`echo '${line}'; exec sleep 60`);
    const answer = child.next();
    await expect(answer).rejects.toMatchObject({ code: 'EXECUTOR' });
    await expect(answer).rejects.toThrow(/^sh wrote .* where a JSON object was expected\.$/);
    expect(await child.ended).toEqual({ exitCode: null, signal: 'SIGTERM' });
  },
);

test('a child that says nothing more has no answer', async () => {
  const child = await shell(`echo '{"a":1}'`);
  expect(await child.next()).toEqual({ a: 1 });
  expect(await child.next()).toBeNull();
});

test('a line without end does not fill the memory', async () => {
  const child = await shell(`echo '{"a":1}'; exec tr '\\0' x </dev/zero`);
  expect(await child.next()).toEqual({ a: 1 });
  await expect(child.next()).rejects.toThrow('A line of sh is too long to be an answer.');
  await child.ended;
});
