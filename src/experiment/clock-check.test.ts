// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { ClockCheck } from './clock-check.ts';

const DELAYS_S = [0, 0.01, 0.4];

/** A run of `runS` with messages that take so long, in a place whose clock runs at `rate` of ours. */
function readingOf(rate: number, runS: number, delaysS: readonly number[]) {
  let nowS = 50;
  const clock = new ClockCheck(
    () => nowS,
    () => nowS,
  );
  const [hold = 0, go = 0, ended = 0, noted = 0] = delaysS;
  const there = () => rate * (nowS + 1000);
  const there_s = { held: there(), went: 0, ended: 0, noted: 0 };
  nowS += hold;
  clock.held();
  nowS += go;
  there_s.went = there();
  nowS += runS;
  there_s.ended = there();
  nowS += ended;
  clock.ended();
  nowS += noted;
  there_s.noted = there();
  return clock.reading(there_s);
}

test('however late a message is, the true rate of a clock is between its bounds', () => {
  const delays = DELAYS_S.flatMap((hold) =>
    DELAYS_S.flatMap((go) =>
      DELAYS_S.flatMap((ended) => DELAYS_S.map((noted) => [hold, go, ended, noted])),
    ),
  );
  for (const rate of [0.5, 1, 1.1]) {
    for (const each of delays) {
      const { least, most } = readingOf(rate, 2, each);
      expect(least, each.join()).toBeLessThanOrEqual(rate + 1e-9);
      expect(most, each.join()).toBeGreaterThanOrEqual(rate - 1e-9);
    }
  }
});

test('prompt messages tell the rate', () => {
  const { least, most } = readingOf(0.9, 10, [0.01, 0.01, 0.01, 0.01]);
  expect(least).toBeGreaterThan(0.89);
  expect(most).toBeLessThan(0.91);
});

test('our own clock goes as itself, on a machine that stays awake', async () => {
  const clock = new ClockCheck();
  const nowS = () => performance.now() / 1000;
  const held = nowS();
  clock.held();
  const went = nowS();
  await new Promise((done) => setTimeout(done, 100));
  const ended = nowS();
  clock.ended();
  const { least, most, suspendedS } = clock.reading({ held, went, ended, noted: nowS() });
  expect(least).toBeLessThanOrEqual(1);
  expect(most).toBeGreaterThanOrEqual(1);
  // Uptime is told in hundredths.
  expect(suspendedS).toBeCloseTo(0, 1);
});

test('time that passed for the machine and not for our clock was spent suspended', () => {
  let uptimeS = 100;
  const clock = new ClockCheck(
    () => uptimeS,
    () => 0,
  );
  clock.held();
  uptimeS += 30;
  clock.ended();
  expect(clock.reading({ held: 0, went: 0, ended: 0, noted: 0 }).suspendedS).toBe(30);
});
