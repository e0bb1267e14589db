// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import type { Tunable } from '../results/tuning-record.ts';
import { gridOf, ladderGrid, parseValuesToTry, type Setting } from './tuning-grid.ts';

function tunable(name: string, value: number, changes: Partial<Tunable> = {}): Tunable {
  return { name, type: 'u32', default: value, value, min: 100, max: 1_000_000, ...changes };
}

function plain(settings: readonly Setting[]) {
  return settings.map((setting) => Object.fromEntries(setting));
}

const SLICE = tunable('slice_us', 20_000);

test('values are whole numbers, as the loader takes them', () => {
  expect(parseValuesToTry('x=5000,0x10,-3,true')).toEqual({ name: 'x', values: [5000, 16, -3, 1] });
});

test.each(['x', 'x=', '=1', 'x=1,,2', 'x=1.5', 'x=5ms', 'x=99999999999999999999'])(
  '"%s" is wrong usage',
  (text) => {
    expect(() => parseValuesToTry(text)).toThrow(expect.objectContaining({ code: 'USAGE' }));
  },
);

test('several lists multiply, and what the incumbent has is no candidate', () => {
  const wanted = ['slice_us=5000,20000,80000', 'wait_ms=1,2'].map(parseValuesToTry);
  expect(plain(gridOf(wanted, [SLICE, tunable('wait_ms', 1, { min: 0 })]))).toEqual([
    { slice_us: 5000 },
    { slice_us: 80_000 },
    { slice_us: 5000, wait_ms: 2 },
    { wait_ms: 2 },
    { slice_us: 80_000, wait_ms: 2 },
  ]);
});

test.each([
  ['slise_us=1', /no tunable "slise_us"[\s\S]*slice_us \(u32, 20000, 100 to 1000000\)/],
  ['slice_us=5000,99', /slice_us=99 is out of range/],
  ['slice_us=1000001', /slice_us=1000001 is out of range/],
  ['slice_us=20000,20000', /nothing to try/],
  [`slice_us=${Array.from({ length: 101 }, (_, i) => 100 + i).join()}`, /101 candidates/],
])('%s is refused with what there is', (text, message) => {
  expect(() => gridOf([parseValuesToTry(text)], [SLICE])).toThrow(message);
});

test('the same tunable twice is refused', () => {
  const wanted = ['slice_us=1000', 'slice_us=2000'].map(parseValuesToTry);
  expect(() => gridOf(wanted, [SLICE])).toThrow(/in one --set/);
});

test('a single tunable gets two rungs each way, within its range', () => {
  expect(plain(ladderGrid([SLICE]))).toEqual(
    [1250, 5000, 80_000, 320_000].map((slice_us) => ({ slice_us })),
  );
  const narrow = tunable('slice_us', 20_000, { min: 10_000, max: 100_000 });
  expect(plain(ladderGrid([narrow]))).toEqual(
    [10_000, 80_000, 100_000].map((slice_us) => ({ slice_us })),
  );
});

test('many tunables get one rung each way, one tunable at a time', () => {
  const many = ['a', 'b', 'c', 'd', 'e'].map((name) => tunable(name, 1000));
  const settings = plain(ladderGrid(many));
  expect(settings).toHaveLength(10);
  expect(settings.slice(0, 3)).toEqual([{ a: 250 }, { a: 4000 }, { b: 250 }]);
});

test('a switch is turned, a small number stays whole, and 0 has no ladder', () => {
  const tunables = [
    tunable('on', 1, { type: 'bool', min: 0, max: 1 }),
    tunable('divisor', 2, { min: 1 }),
    tunable('shift', -3, { type: 's32', min: -128 }),
    tunable('credit', 0, { min: 0 }),
  ];
  expect(plain(ladderGrid(tunables))).toEqual([
    { on: 0 },
    ...[{ divisor: 1 }, { divisor: 8 }, { divisor: 32 }],
    ...[{ shift: 0 }, { shift: -1 }, { shift: -12 }, { shift: -48 }],
  ]);
  expect(() => ladderGrid([tunable('credit', 0, { min: 0 })])).toThrow(/nothing to try/);
});

test('refuses more combinations than could be held before it makes them', () => {
  const names = ['a', 'b', 'c', 'd', 'e', 'f'];
  const values = Array.from({ length: 100 }, (_, value) => value);
  const wanted = names.map((name) => ({ name, values }));
  const all = names.map((name) => tunable(name, 1000, { min: 0 }));
  expect(() => gridOf(wanted, all)).toThrow(/1000000000000 candidates are more than the 100/);
});
