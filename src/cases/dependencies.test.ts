// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { missingDependencies } from './dependencies.ts';

test('finds commands and libraries, and says what is neither', async () => {
  const names = ['no-such-command', 'sh', 'zlib', 'no-such-library', '--version'];
  expect(await missingDependencies(names)).toEqual([
    'no-such-command',
    'no-such-library',
    '--version',
  ]);
});
