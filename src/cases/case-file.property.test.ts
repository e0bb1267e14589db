// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { expect } from 'vitest';
import {
  anyDocument,
  anyText,
  mutated,
  property,
  valueOrRefusal,
} from '../core/arbitrary.test-data.ts';
import { textOf } from '../core/read-text.ts';
import { countsOf, parseCaseFile } from './case-file.ts';
import { namedFiles } from './prepare.ts';

const COMMON = { id: 'one', name: 'One', description: '', category: 'c' };
const CASE = {
  ...COMMON,
  ...{ small_setup: ['make a'], large_setup: [], small_commands: ['exec ./a'] },
  ...{ large_commands: ['./b "$ORIGINAL_CWD"/x'], cleanup_commands: ['rm -f y'] },
  ...{ dependencies: ['python3'], expected_improvement: 0.3, scheduler: 'fifo' },
  ...{ work: { short_cpu_s: 0.5, skew: 'balanced' }, shares_input: true, checks_output: false },
};
const GROUP = {
  id: 'a',
  class: 'short',
  count: 3,
  setup: ['make'],
  commands: ['exec ./a'],
  size: 2,
};
const MIX = {
  ...COMMON,
  ...{ id: 'mixed', cleanup_commands: [], dependencies: [] },
  mix: [GROUP, { ...GROUP, id: 'b', class: 'long', count: 1 }],
  work: {
    ...{ short_cpu_s: 0.08, skew: 3, released_over_s: 2.5 },
    sizes: { distribution: 'pareto', shape: 1.1, largest: 50, seed: 7, long_tasks: 2 },
  },
};
const FILE = {
  configuration: { short_tasks: 39, long_tasks: 1, total_tasks: 40 },
  test_cases: [CASE, MIX],
  metadata: { author: 'x' },
};
const ID = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/;

async function read(bytes: Buffer) {
  return valueOrRefusal(() => parseCaseFile(textOf(bytes, 'f'), 'f'), 'INVALID_INPUT');
}

property('a case file is understood, or refused', anyDocument(FILE), async (bytes) => {
  const file = await read(bytes);
  for (const testCase of file?.cases ?? []) {
    expect(testCase.id).toMatch(ID);
    const { short, long } = countsOf(testCase);
    expect(short).toBeGreaterThanOrEqual(1);
    expect(long).toBeGreaterThanOrEqual(0);
    expect(short + long).toBeLessThanOrEqual(20_000);
    for (const { id, size, setup, commands } of testCase.groups) {
      expect(id).toMatch(ID);
      expect(size).toBeGreaterThan(0);
      for (const line of [...setup, ...commands]) expect(line).not.toMatch(/^$|\0/);
    }
  }
});

const withIds = (id: string, group: string) => ({
  ...FILE,
  test_cases: [{ ...MIX, id, mix: [{ ...GROUP, id: group }, MIX.mix[1]] }],
});

property('an id that is no plain name is refused', fc.tuple(anyText, anyText), async ([a, b]) => {
  const file = await read(Buffer.from(JSON.stringify(withIds(a, b))));
  expect(file !== null).toBe(ID.test(a) && ID.test(b) && b !== 'b');
});

const anyLines = fc.array(anyText, { minLength: 1, maxLength: 3 });

property('shell lines stay what they are, whatever is in them', anyLines, async (lines) => {
  const written = { ...FILE, test_cases: [{ ...CASE, small_setup: lines, large_commands: lines }] };
  const file = await read(Buffer.from(JSON.stringify(written)));
  expect(file === null).toBe(lines.some((line) => line === '' || line.includes('\0')));
  if (file === null) return;
  const [short, long] = file.cases[0]?.groups ?? [];
  expect([short?.setup, long?.commands]).toEqual([lines, lines]);
});

property('what was understood is so again when it is written', mutated(FILE), async (document) => {
  const text = JSON.stringify(document) ?? '';
  const once = await read(Buffer.from(text));
  if (once === null) return;
  const again = await read(Buffer.from(JSON.stringify(JSON.parse(text), null, 2)));
  expect(again).toEqual(once);
});

property('files that a setup names are paths of plain characters', anyLines, (lines) => {
  const named = lines.flatMap((line) => [line, `cp "$ORIGINAL_CWD"/${line} .`]);
  for (const path of namedFiles(named)) expect(path).toMatch(/^[\w./+-]+$/);
});
