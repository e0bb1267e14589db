// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { commandOf } from './command-of.ts';

const environment = { WORK_UNITS: '12', ORIGINAL_CWD: '/a folder' };

test('a single exec of plain words needs no shell', () => {
  expect(commandOf('exec ./unit_tests $WORK_UNITS', environment)).toEqual(['./unit_tests', '12']);
  expect(commandOf('exec /bin/true', environment)).toEqual(['/bin/true']);
});

test.each([
  './unit_tests $WORK_UNITS',
  'exec ./unit_tests $UNKNOWN',
  'exec ./unit_tests "$WORK_UNITS"',
  'exec ./unit_tests *.c',
  'exec ./unit_tests $WORK_UNITS > out',
  'exec ./unit_tests; true',
  'exec ./unit_tests\ntrue',
  'exec ./unit_tests ~',
  'exec $ORIGINAL_CWD/x',
  'exec ./x $ORIGINAL_CWD',
  'exec -a name ./x',
  'exec',
  'executable',
])('everything else goes to the shell as it is: %j', (lines) => {
  expect(commandOf(lines, environment)).toEqual(['/bin/sh', '-e', '-c', lines]);
});
