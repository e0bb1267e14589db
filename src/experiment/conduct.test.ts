// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { checkEvent } from './conduct.ts';

test("an event that no executor of this build writes is its fault, not the input's", () => {
  const refused = expect.objectContaining({ code: 'EXECUTOR' });
  for (const value of [
    null,
    [],
    { event: 'hello' },
    { event: 'progress', index: 0, running: 1, at_s: Infinity },
  ]) {
    expect(() => checkEvent(value)).toThrow(refused);
  }
  expect(checkEvent({ event: 'finished', stopped: false })).toMatchObject({ stopped: false });
});

test('no name hides what is behind it from the check', () => {
  const costs = { 'short\n': 'much' };
  const calibrated = {
    event: 'calibrated',
    test_id: 'x',
    units: {},
    short_cpu_s: 1,
    reused: false,
  };
  expect(() => checkEvent({ ...calibrated, costs })).toThrow(/unknown key/);
});
