// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { attachedOf, exitOf } from './load.ts';

const ATTACHED = { ops: 'fifo', tunables: ['a=1'], missing_constants: [], history: null };

test('believes a loader that says all of what it attached', () => {
  expect(attachedOf({ event: 'attached', ...ATTACHED })).toEqual(ATTACHED);
});

test.each([
  ['no name', { ops: null }],
  ['a tunable that is a number', { tunables: [1] }],
  ['a history without counts', { history: {} }],
])('does not believe one that says %s', (_, change) => {
  expect(attachedOf({ ...ATTACHED, ...change })).toBeNull();
});

test('of an exit it keeps what a run can store', () => {
  const callbacks = [null, { name: 'enqueue' }, { name: 'dispatch', runs: 2, time_ns: 3e9 }];
  expect(exitOf({ by: 'x', kind: 1.5, reason: [], message: 'm', callbacks })).toEqual({
    ...{ by: 'unknown', kind: 0, reason: '', message: 'm' },
    callbacks: [{ name: 'dispatch', runs: 2, time_s: 3 }],
  });
});
