// SPDX-License-Identifier: Apache-2.0
import { afterEach, beforeEach, expect, test } from 'vitest';
import { main } from './main.ts';

let said: string;
const write = process.stderr.write;
beforeEach(() => {
  said = '';
  process.stderr.write = ((text: string) => {
    said += text;
    return true;
  }) as typeof write;
});
afterEach(() => {
  process.stderr.write = write;
});

test.each([
  ['no case', [], /--test ID/],
  ['several cases', ['--test', 'ctest_suite,compression'], /Name one case/],
  ['too few runs', ['--test', 'ctest_suite', '--runs', '5'], /Fewer than 6 runs/],
  ['no values', ['--test', 'ctest_suite', '--set', 'slice_us'], /NAME=VALUE,VALUE/],
  ['the default', ['--test', 'ctest_suite', '--scheduler', 'default'], /has no tunables/],
  ['a program', ['--test', 'ctest_suite', '--scheduler', 'cmd:scx_simple'], /has no tunables/],
  ['a folder without a tuning', ['--show', '/nowhere'], /tuning\.json/],
])('%s is wrong usage, before anything is built', async (_, args, message) => {
  expect(await main('schedlab', 'umbrella', ['tune', ...args])).toBe(2);
  expect(said).toMatch(message);
});
