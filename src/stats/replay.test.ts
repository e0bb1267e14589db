// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { seededRandom } from './random.ts';
import { replay } from './replay.ts';

const random = seededRandom(11);
/** Runs that scatter by some 3 % about a machine that gets slower. */
const drifting = Array.from({ length: 120 }, (_, run) => 10 + run / 60 + 0.6 * (random() - 0.5));

test('the same arm twice is seldom found different, however the machine drifts', () => {
  const result = replay([drifting], { blocks: 8, effect: 0, replays: 300 }, seededRandom(1));
  expect(result?.shown).toBeLessThan(0.08);
  expect(result?.coverage).toBeGreaterThan(0.91);
});

test('a difference much larger than the scatter is found, one much smaller is not', () => {
  const power = (effect: number) =>
    replay([drifting], { blocks: 8, effect, replays: 200 }, seededRandom(1))?.shown;
  expect(power(0.1)).toBe(1);
  expect(power(0.001)).toBeLessThan(0.2);
});

test('needs twice as many runs in a row as blocks', () => {
  const plan = { blocks: 8, effect: 0, replays: 1 };
  expect(replay([drifting.slice(0, 15)], plan, seededRandom(1))).toBe(null);
  expect(replay([drifting.slice(0, 16)], plan, seededRandom(1))).not.toBe(null);
});
