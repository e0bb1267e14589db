// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { describeNoise, NoiseMeter, noiseBetween, parseCounters } from './noise.ts';

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

test('what the kernel does not count, or not so, is not known', () => {
  const stat = 'cpu  100 2 30 4000 5 6 7 8 0 0\ncpu0 1 2';
  expect(parseCounters(stat, 'pswpin 12\npswpout 3\n', '4\n')).toEqual({
    ...{ totalTicks: 4158, busyTicks: 145, stealTicks: 8, swappedPages: 15, thermalThrottles: 4 },
  });
  const unknown = { swappedPages: null, thermalThrottles: null };
  expect(parseCounters(stat, 'pswpin x', 'many')).toMatchObject(unknown);
  expect(parseCounters(stat, null, null)).toMatchObject(unknown);
  expect(parseCounters('cpu  1 2 3 x 5 6 7 8', null, null)).toBeNull();
  expect(parseCounters(null, null, null)).toBeNull();
});
