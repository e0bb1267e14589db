// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import type { Policy } from '../simulation/policies.ts';
import { modelOf, turnsOf } from './arm-model.ts';

const NOTHING = new Map<string, Policy>();

test.each([
  ['default', 'fair'],
  ['default #2', 'fair'],
  ['default:unobserved', 'fair'],
  ['fifo', 'fifo'],
  ['fifo:slice_us=5000', 'fifo'],
  ['learned', 'longest_first'],
  ['compression', 'longest_first'],
  ['compression:short_slice_us=5000 #2', 'longest_first'],
  // It knows the names of other programs than this case's.
  ['ctest_suite', null],
  ['policy:fifo', null],
  ['cmd:scx_rusty', null],
  ['constructor', null],
])('%s in compression is modelled by %s', (arm, policy) => {
  expect(modelOf(arm, 'compression', NOTHING)).toBe(policy);
});

test('what is given comes first, for an arm with its tunables before that without', () => {
  const given = new Map<string, Policy>([
    ['fifo', 'fair'],
    ['fifo:slice_us=5000', 'fifo_to_completion'],
    ['policy:fifo', 'lpt'],
  ]);
  expect(modelOf('fifo', 'x', given)).toBe('fair');
  expect(modelOf('fifo:slice_us=1000', 'x', given)).toBe('fair');
  expect(modelOf('fifo:slice_us=5000 #2', 'x', given)).toBe('fifo_to_completion');
  expect(modelOf('policy:fifo', 'x', given)).toBe('lpt');
});

test('turns are what the tunables say, or else the defaults', () => {
  expect(turnsOf(['slice_us=5000'])).toMatchObject({ fifoNs: 5e6, longNs: 50e6, shortNs: 20e6 });
  expect(turnsOf(['long_slice_us=1', 'other=3'])).toMatchObject({ fifoNs: 20e6, longNs: 1000 });
});

test.each(['1e-300', '0.5', '-1', '0', '1e308', 'Infinity', ''])('a turn of %s is none', (us) => {
  expect(turnsOf([`slice_us=${us}`])).toEqual(turnsOf());
});
