// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { describeNoise, NoiseMeter, noiseBetween } from './noise.ts';

const BEFORE = {
  totalTicks: 1000,
  busyTicks: 100,
  stealTicks: 5,
  swappedPages: 10,
  thermalThrottles: null,
};

test('tells what others used, what the host took, and what was swapped', () => {
  const after = { ...BEFORE, totalTicks: 2000, busyTicks: 700, stealTicks: 55, swappedPages: 5010 };
  // 600 ticks busy, of which we used 4 s.
  const noise = noiseBetween(BEFORE, after, 4);
  expect(noise).toEqual({
    steal_share: 0.05,
    other_load_share: 0.2,
    swapped_pages: 5000,
    thermal_throttles: null,
  });
  expect(describeNoise(noise).map(({ code }) => code)).toEqual([
    'steal',
    'other_load',
    'swapped_pages',
  ]);
});

test('does not guess what cannot be known', () => {
  expect(noiseBetween(BEFORE, BEFORE, 1).steal_share).toBe(null);
  const quiet = noiseBetween(BEFORE, { ...BEFORE, totalTicks: 2000 }, null);
  expect(quiet.other_load_share).toBe(null);
  expect(describeNoise(quiet)).toEqual([]);
});

test('sees the load that this process makes, here and now', () => {
  const meter = new NoiseMeter();
  meter.start();
  const until = performance.now() + 300;
  while (performance.now() < until);
  // Nothing of it was ours, we say.
  expect(meter.stop(0)?.other_load_share).toBeGreaterThan(0.1);
});
