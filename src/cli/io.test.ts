// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { visible } from './io.ts';

const ESCAPE = '\u001b';

test('only line ends, tabs and colours reach the terminal as they are', () => {
  const fine = `a\tb\n${ESCAPE}[1;32mgreen${ESCAPE}[39m ä 界 ✓`;
  expect(visible(fine)).toBe(fine);
  // Clears the screen, sets the title, goes back to the start of the line, 8-bit CSI.
  expect(visible(`${ESCAPE}[2J`)).toBe('\\u001b[2J');
  expect(visible(`${ESCAPE}]0;title\u0007`)).toBe('\\u001b]0;title\\u0007');
  expect(visible('good\rbad\u009b2J\u0000')).toBe('good\\u000dbad\\u009b2J\\u0000');
});

test('a JSON document stays one', () => {
  const document = { message: `\u007f ${ESCAPE}[2J \u009b` };
  expect(JSON.parse(visible(JSON.stringify(document)))).toEqual(document);
});
