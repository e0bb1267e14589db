// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { openedPath, shorterNames } from './file-watch.ts';

test('knows the names under which a versioned file is usually asked for', () => {
  expect(shorterNames('/lib/libz.so.1.2.13')).toEqual([
    '/lib/libz.so.1.2',
    '/lib/libz.so.1',
    '/lib/libz.so',
  ]);
  expect(shorterNames('/usr/bin/python3.11')).toEqual(['/usr/bin/python3']);
  expect(shorterNames('/usr/bin/dash')).toEqual([]);
});

test('takes only a path for one', () => {
  expect(openedPath({ path: '/a b/x (deleted)' })).toBe('/a b/x');
  for (const path of ['a', '/a\0b', 5, null, undefined]) expect(openedPath({ path })).toBeNull();
});

test('has no trouble with a name of many numbers', () => {
  expect(shorterNames(`/a${'.1'.repeat(20_000)}`)).toHaveLength(20_000);
});
