// SPDX-License-Identifier: Apache-2.0
import { Command } from 'commander';
import { expect, test } from 'vitest';
import { addMeasureOptions } from './options.ts';

function memoryOf(text: string): number {
  const command = addMeasureOptions(new Command('x').exitOverride());
  command.configureOutput({ writeErr: () => {} });
  return command.parse(['--memory', text], { from: 'user' }).opts().memory;
}

test("the guest's memory is a number of bytes that one can count", () => {
  expect(memoryOf('2g')).toBe(2 ** 31);
  for (const text of ['1M', '2T', `${'9'.repeat(400)}G`, '']) {
    expect(() => memoryOf(text)).toThrow(/must be a size such as 2G/);
  }
});
