// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readStoredExperiment } from './read.ts';
import { ExperimentStore, experimentFolderName, writeAtomically } from './store.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'store-'));
});
afterEach(() => rm(folder, { recursive: true }));

const EXPERIMENT = {
  schema: 'schedlab.experiment/1',
  name: 'x',
  created_at: '2026-11-22T16:39:00.000Z',
  status: 'complete',
  versions: {},
  plan: {
    cases: [],
    baseline: 'default',
    schedulers: [],
    runs: [],
    timeout_s: 1,
    scale: 1,
    monitor: true,
  },
  machine: { cpu_model: '', cpus: 2, memory_bytes: 1, os: '', kernel_release: '' },
  place: null,
  calibration: [],
  warnings: [],
  summaries: [],
} as const;

async function stored(experiment: unknown, runs: string) {
  await writeFile(join(folder, 'experiment.json'), JSON.stringify(experiment));
  await writeFile(join(folder, 'runs.ndjson'), runs);
  return readStoredExperiment(folder);
}

test('names a folder after its time and never shares one', async () => {
  const name = experimentFolderName(new Date('2026-11-22T16:39:05.123Z'), 'ctest_suite');
  expect(name).toBe('2026-11-22T16-39-05Z-ctest_suite');
  await using first = await ExperimentStore.create(folder, name);
  await using second = await ExperimentStore.create(folder, name);
  expect(second.folder).toBe(`${first.folder}-2`);
});

test('writes aside, so that nothing half written has the name', async () => {
  const file = join(folder, 'a');
  await writeAtomically(file, 'one');
  await writeAtomically(file, 'two');
  expect(await readdir(folder)).toEqual(['a']);
});

test.each([
  [
    'a newer version',
    { ...EXPERIMENT, schema: 'schedlab.experiment/2' },
    '',
    /experiment\.json: \/schema must be "schedlab\.experiment\/1"/,
  ],
  [
    'a missing part',
    { ...EXPERIMENT, summaries: undefined },
    '',
    /experiment\.json: \/ must have required property 'summaries'/,
  ],
  ['a line cut short', EXPERIMENT, '{"schema":', /runs\.ndjson:1: the line is cut short/],
  [
    'a line that is no run',
    EXPERIMENT,
    '{"schema":"schedlab.run/1"}\n',
    /runs\.ndjson:1: \/ must have required property/,
  ],
  ['a NaN', EXPERIMENT, '{"makespan_s":NaN}\n', /runs\.ndjson:1: not valid JSON/],
])('refuses %s with file and place', async (_, experiment, runs, message) => {
  await expect(stored(experiment, runs)).rejects.toThrow(message);
  await expect(stored(experiment, runs)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
});

test('a run that was being written when an experiment was cut off does not count', async () => {
  const { runs } = await stored({ ...EXPERIMENT, status: 'running' }, '{"schema":');
  expect(runs).toEqual([]);
});
