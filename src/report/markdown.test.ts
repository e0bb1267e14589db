// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { escapeMarkdown, markdownTable } from './markdown.ts';

test.each([
  ['a|b', 'a\\|b'],
  ['`rm -rf`', '\\`rm -rf\\`'],
  ['<img src=x onerror=alert(1)>', '&lt;img src=x onerror=alert(1)&gt;'],
  ['&lt;', '&amp;lt;'],
  ['one\n\n# two', 'one \\# two'],
  ['[click](javascript:x)', '\\[click\\](javascript:x)'],
  ['**bold** _soft_', '\\*\\*bold\\*\\* \\_soft\\_'],
  ['C:\\dir', 'C:\\\\dir'],
  ['- item', '\\- item'],
  ['1. item', '1\\. item'],
  ['https://a.b', 'https:&#47;/a.b'],
])('keeps %j text', (text, escaped) => {
  expect(escapeMarkdown(text)).toBe(escaped);
});

test('leaves the underscores of identifiers readable', () => {
  expect(escapeMarkdown('ctest_suite under long_first')).toBe('ctest_suite under long_first');
});

test('aligns columns of numbers to the right', () => {
  expect(markdownTable(['name', 'runs'], [['a', '3']], new Set([1]))).toBe(
    '| name | runs |\n| --- | ---: |\n| a | 3 |',
  );
});
