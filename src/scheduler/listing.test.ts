// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { parseListing } from './listing.ts';

const SCHEDULER = '{"event":"scheduler","ops":"fifo","keeps_history":true}\n';

test('reads what can be set, with the range and the value that the arm gives it', () => {
  const listing = `${SCHEDULER}{"event":"tunable","name":"slice_us","type":"u32","default":20000,"value":5000,"min":100,"max":1000000}\n`;
  expect(parseListing(listing).tunables).toEqual([
    { name: 'slice_us', type: 'u32', default: 20000, value: 5000, min: 100, max: 1000000 },
  ]);
  expect(parseListing(SCHEDULER)).toEqual({ keepsHistory: true, tunables: [] });
});

test.each([
  ['Segmentation fault', /not valid JSON/],
  ['{"event":"tunable","name":"slice_us"}', /must have required propert/],
])('a loader that prints "%s" is not understood', (line, message) => {
  expect(() => parseListing(line)).toThrow(message);
});
