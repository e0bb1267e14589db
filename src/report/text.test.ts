// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { bytes, oneLine, perCent, seconds, wrap } from './text.ts';

test('makes one line of any text', () => {
  expect(oneLine(' a\n\tb\u2028c\u0000\u001b[31md\u202e ')).toBe('a b c [31md');
  expect(oneLine('half \ud83d')).toBe('half');
  expect(oneLine('smile 🙂🙂🙂', 8)).toBe('smile 🙂…');
});

test('wraps between words and cuts a word that is longer than a line', () => {
  expect(wrap('one two three four', 9)).toEqual(['one two', 'three', 'four']);
  expect(wrap('x'.repeat(20), 9)).toEqual(['xxxxxxxx…']);
  expect(wrap('', 9)).toEqual(['']);
});

test('gives three significant digits without an exponent', () => {
  expect([0, 0.01234, 1.2345, 12.345, 123.45, 1234.5].map(seconds)).toEqual([
    '0 s',
    '0.0123 s',
    '1.23 s',
    '12.3 s',
    '123 s',
    '1235 s',
  ]);
  expect(seconds(-0.5)).toBe('−0.500 s');
});

test('gives per cent with one decimal and no negative zero', () => {
  expect([0.3742, -0.05, -0.0001, 0].map(perCent)).toEqual(['37.4', '−5.0', '0.0', '0.0']);
});

test('gives bytes in binary units', () => {
  expect([0, 1023, 1024, 2 * 1024 ** 3, 1.5 * 1024 ** 4].map(bytes)).toEqual([
    '0 bytes',
    '1023 bytes',
    '1 KiB',
    '2 GiB',
    '1.5 TiB',
  ]);
});
