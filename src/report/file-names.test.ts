// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { distinctFileNames } from './file-names.ts';

test('makes file names that stay in their folder and apart from each other', () => {
  expect(distinctFileNames(['ctest_suite', '../../etc', 'a/b', 'a:b', 'A b', ''])).toEqual([
    'ctest_suite',
    '.._.._etc',
    'a_b',
    'a_b-2',
    'A_b-3',
    '',
  ]);
});

test('makes no name longer than file systems take', () => {
  const [first, second] = distinctFileNames(['x'.repeat(999), 'x'.repeat(998)]);
  expect(first).toHaveLength(80);
  expect(second).toBe(`${first}-2`);
});
