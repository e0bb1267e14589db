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
