// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { shorterNames } from './file-watch.ts';

test('knows the names under which a versioned file is usually asked for', () => {
  expect(shorterNames('/lib/libz.so.1.2.13')).toEqual([
    '/lib/libz.so.1.2',
    '/lib/libz.so.1',
    '/lib/libz.so',
  ]);
  expect(shorterNames('/usr/bin/python3.11')).toEqual(['/usr/bin/python3']);
  expect(shorterNames('/usr/bin/dash')).toEqual([]);
});
