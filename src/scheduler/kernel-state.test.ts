// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { eventsBetween, parseSchedulerEvents } from './kernel-state.ts';

test('reads the counters of sched_ext', () => {
  const text = 'SCX_EV_SELECT_CPU_FALLBACK 3\nSCX_EV_BYPASS_DURATION 140000\nnonsense\n';
  expect(parseSchedulerEvents(text)).toEqual({
    SCX_EV_SELECT_CPU_FALLBACK: 3,
    SCX_EV_BYPASS_DURATION: 140000,
  });
});

test('what happened between two readings is their difference', () => {
  expect(eventsBetween({ a: 1, b: 2 }, { a: 4, b: 2, c: 5 })).toEqual({ a: 3, b: 0, c: 5 });
});

test('a counter may be called as something that every object has', () => {
  const after = parseSchedulerEvents('constructor 5\nhuge 18446744073709551615\n');
  expect(eventsBetween({}, after)).toEqual({ constructor: 5 });
});
