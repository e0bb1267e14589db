// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { syntheticTuning } from './synthetic-tuning.test-data.ts';
import { readTuning, saveTuning, type TuningRecord } from './tuning-record.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tuning-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('a tuning is read as it was saved', async () => {
  await saveTuning(folder, syntheticTuning());
  expect(await readTuning(folder)).toEqual(syntheticTuning());
});

const { final } = syntheticTuning();
if (!final) throw new Error('it has a final');

test.each<[string, Partial<TuningRecord>, RegExp]>([
  ['no schema of ours', { schema: 'schedlab.run/1' as never }, /\/schema must be/],
  ['a negative seed', { seed: -1 }, /\/seed must be >= 0/],
  [
    'a finalist that was beaten',
    { final: { ...final, scheduler: 'f:s=2' } },
    /\/final\/scheduler is f:s=2, but the rounds leave f:s=1/,
  ],
  [
    'an answer that the final experiment does not give',
    { final: { ...final, verdict: 'no_difference_shown' } },
    /\/answer is to use f:s=1, but \/final gives f$/,
  ],
  [
    'a candidate that was out',
    { candidates: syntheticTuning().candidates.slice(0, 1) },
    /has f:s=2, which was out/,
  ],
])('%s is refused', async (_, changes, message) => {
  await saveTuning(folder, syntheticTuning(changes));
  await expect(readTuning(folder)).rejects.toThrow(message);
});

test('a folder without a tuning is refused', async () => {
  await expect(readTuning(folder)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
});
