// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { ClockCheck } from './clock-check.ts';

test('a clock that goes as ours does, on a machine that stays awake', async () => {
  const clock = new ClockCheck();
  clock.start(performance.now() / 1000);
  await new Promise((done) => setTimeout(done, 100));
  clock.stop(performance.now() / 1000);
  expect(clock.reading?.ratio).toBeCloseTo(1, 1);
  // Uptime is told in hundredths.
  expect(clock.reading?.suspendedS).toBeCloseTo(0, 1);
});

test('time that passed for the machine and not for our clock was spent suspended', () => {
  let uptimeS = 100;
  const clock = new ClockCheck(() => uptimeS);
  clock.start(0);
  uptimeS += 30;
  clock.stop(0);
  expect(clock.reading?.suspendedS).toBeCloseTo(30, 1);
});
