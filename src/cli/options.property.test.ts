// SPDX-License-Identifier: Apache-2.0
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import fc from 'fast-check';
import { expect } from 'vitest';
import { anyText, property, textLike } from '../core/arbitrary.test-data.ts';
import { POLICIES } from '../simulation/policies.ts';
import {
  addMeasureOptions,
  cpuCounts,
  type MeasureOptions,
  positiveNumber,
  wholeNumber,
} from './options.ts';
import { collectModel } from './predict.ts';

const NAMES = [
  ...['--runs', '--short', '--long', '--scale', '--timeout', '--cpus', '--memory', '--target'],
  ...['--test', '--kernel', '--history', '--include', '--cases', '--json', '--all', '--no-monitor'],
];
const anyValue = fc.oneof(textLike('5', '1,2,4', '2G', '0.5', 'auto', 'vm'), anyText);
const anyArguments = fc
  .array(fc.tuple(fc.constantFrom(...NAMES), anyValue), { maxLength: 4 })
  .map((pairs) => pairs.flat());

/** Null when commander refuses them, which is wrong usage. */
function parsed(args: readonly string[]): MeasureOptions | null {
  const command = addMeasureOptions(new Command('x').exitOverride());
  command.configureOutput({ writeErr: () => {}, writeOut: () => {} });
  try {
    return command.parse(args, { from: 'user' }).opts<MeasureOptions>();
  } catch (error) {
    if (error instanceof CommanderError) return null;
    throw error;
  }
}

property('arguments are understood, or refused', anyArguments, (args) => {
  const options = parsed(args);
  if (options === null) return;
  const { runs = 1, short = 1, long = 1, cpus = [1], scale, timeout, memory } = options;
  for (const whole of [runs, short, long, ...cpus]) {
    expect(Number.isSafeInteger(whole) && whole >= 1 && whole <= 1_000_000).toBe(true);
  }
  for (const number of [scale, timeout]) expect(Number.isFinite(number) && number > 0).toBe(true);
  expect(Number.isSafeInteger(memory)).toBe(true);
  expect(['auto', 'host', 'vm']).toContain(options.target);
});

property('a number is read as it was written', fc.integer({ min: 1, max: 1_000_000 }), (n) => {
  expect([wholeNumber(`${n}`), positiveNumber(`${n}`), cpuCounts(`${n}`)]).toEqual([n, n, [n]]);
});

const anyModel = fc.oneof(textLike('default=fair', 'fifo:slice_us=5000=longest_first'), anyText);

property('what stands for an arm is one of the policies, or refused', anyModel, (text) => {
  try {
    const [[arm, policy] = []] = collectModel(text, new Map());
    expect(text).toBe(`${arm}=${policy}`);
    expect(POLICIES).toContain(policy);
  } catch (error) {
    if (!(error instanceof InvalidArgumentError)) throw error;
  }
});
