// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { samplingIntervalMs } from './sampler.ts';

test('a cheap sample is taken twice a second, a dear one rarely', () => {
  expect(samplingIntervalMs(1, 4)).toBe(500);
  // 80 ms of CPU in every 5 s is 0.4 % of four CPUs.
  expect(samplingIntervalMs(80, 4)).toBe(5000);
});
