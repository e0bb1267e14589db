// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { packageRoot } from '../core/paths.ts';
import { readSamples, readStoredExperiment } from './read.ts';

const SAMPLE = join(packageRoot, 'results/sample');
const EXPERIMENT = await readFile(join(SAMPLE, 'experiment.json'), 'utf8');
const LINES = (await readFile(join(SAMPLE, 'runs.ndjson'), 'utf8')).trimEnd().split('\n');

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'read-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function stored(runs: string | Uint8Array, experiment = EXPERIMENT) {
  await writeFile(join(folder, 'experiment.json'), experiment);
  await writeFile(join(folder, 'runs.ndjson'), runs);
  return readStoredExperiment(folder);
}

const file = (lines: readonly string[]) => lines.map((line) => `${line}\n`).join('');

/** The sample's lines, the second of them changed. */
function edited(change: (line: string) => string): string {
  const line = change(LINES[1] as string);
  expect(line).not.toBe(LINES[1]);
  return file(LINES.with(1, line));
}

/** The sample's lines, the second one's run changed. */
function editedRun(change: (run: ReturnType<typeof JSON.parse>) => void): string {
  return edited((line) => {
    const run = JSON.parse(line);
    change(run);
    return JSON.stringify(run);
  });
}

function editedExperiment(change: (experiment: ReturnType<typeof JSON.parse>) => void): string {
  const experiment = JSON.parse(EXPERIMENT);
  change(experiment);
  return JSON.stringify(experiment);
}

test('reads what was stored, the samples only on demand', async () => {
  const experiment = await stored(file(LINES));
  expect(experiment.runs).toHaveLength(LINES.length);
  expect(experiment.runs[0]).not.toHaveProperty('samples');
  const samples = await readSamples(experiment, new Set([3, 7]));
  expect([...samples.keys()]).toEqual([3, 7]);
  expect(samples.get(3)).toEqual(JSON.parse(LINES[3] as string).samples);
});

test.each([
  [
    'cut short',
    file(LINES).slice(0, -9),
    new RegExp(`runs\\.ndjson:${LINES.length}: the line is cut short`),
  ],
  [
    'without its last lines',
    file(LINES.slice(0, -2)),
    /experiment\.json: \/summaries\/\d+\/runs is 5, but runs\.ndjson has 4/,
  ],
  ['empty', '', /experiment\.json: \/summaries\/0\/runs is 5, but runs\.ndjson has 0/],
  [
    'from a newer version',
    edited((line) => line.replace('schedlab.run/1', 'schedlab.run/2')),
    /runs\.ndjson:2: \/schema is "schedlab\.run\/2", from a newer schedlab; this one reads "schedlab\.run\/1"/,
  ],
  [
    'of another kind',
    edited((line) => line.replace('schedlab.run/1', 'other')),
    /runs\.ndjson:2: \/schema must be "schedlab\.run\/1"/,
  ],
  [
    'with CPU times that no sum can hold',
    editedRun((run) => {
      run.tasks[0].user_s = 1e308;
      run.tasks[0].system_s = 1e308;
    }),
    /runs\.ndjson:2: \/lower_bound_s is .*, but the tasks' CPU times give Infinity/,
  ],
  [
    'with a counter that is none behind a name of two lines',
    editedRun((run) => {
      run.scheduler_events = { 'a\nb': 'much' };
    }),
    /runs\.ndjson:2: \/scheduler_events has the unknown key "a\nb"/,
  ],
  ['with a part missing', editedRun((run) => delete run.proof), /runs\.ndjson:2: .*'proof'/],
  [
    'with a key nobody knows',
    editedRun((run) => {
      run.tasks[3].extra = 1;
    }),
    /runs\.ndjson:2: \/tasks\/3 has the unknown key "extra"/,
  ],
  [
    'with a NaN',
    edited((line) => line.replace(/"user_s":[^,]*/, '"user_s":NaN')),
    /runs\.ndjson:2: not valid JSON/,
  ],
  [
    'with an infinite number',
    edited((line) => line.replace(/"user_s":[^,]*/, '"user_s":1e999')),
    /runs\.ndjson:2: \/tasks\/0\/user_s must be a number of seconds/,
  ],
  [
    'with a negative time',
    edited((line) => line.replace(/"user_s":/, '"user_s":-')),
    /runs\.ndjson:2: \/tasks\/0\/user_s must be a number of seconds, 0 or more/,
  ],
  ['with an empty line', file(LINES.with(4, '')), /runs\.ndjson:5: not valid JSON/],
  [
    'not UTF-8',
    Buffer.concat([
      Buffer.from(file(LINES.slice(0, 2))),
      Buffer.from([0xc3, 0x28, 0x0a]),
      Buffer.from(file(LINES.slice(2))),
    ]),
    /runs\.ndjson:3: not UTF-8 text/,
  ],
  [
    'with a run twice',
    file([...LINES, LINES[2] as string]),
    new RegExp(`runs\\.ndjson:${LINES.length + 1}: /index is 2, like line 3's`),
  ],
  [
    'with a run of another plan',
    editedRun((run) => {
      run.index = 999;
    }),
    /runs\.ndjson:2: \/index is 999, a run that the plan in experiment\.json does not have/,
  ],
  [
    'with a run under another scheduler than planned',
    editedRun((run) => {
      run.scheduler.name = 'fifo';
    }),
    /runs\.ndjson:2: run 1 is "(\w+)" under "fifo" in block 0; in the plan in experiment\.json it is "\1" under "\1" in block 0/,
  ],
  [
    'with an edited makespan',
    editedRun((run) => {
      run.makespan_s = run.test_time = 1;
    }),
    /runs\.ndjson:2: \/makespan_s is 1, but the last task ended at \d/,
  ],
  [
    'with an edited end of a task',
    editedRun((run) => {
      run.tasks[0].end_s = 1000;
    }),
    /runs\.ndjson:2: \/makespan_s is .*, but the last task ended at 1000/,
  ],
  [
    'with an edited CPU time',
    editedRun((run) => {
      run.tasks[0].user_s += 1;
    }),
    /runs\.ndjson:2: \/lower_bound_s is .*, but the tasks' CPU times give/,
  ],
  [
    'with an edited ratio',
    editedRun((run) => {
      run.makespan_ratio = 1;
    }),
    /runs\.ndjson:2: \/makespan_ratio is 1, but makespan_s \/ lower_bound_s/,
  ],
  [
    'with another test_time',
    editedRun((run) => {
      run.test_time += 1;
    }),
    /runs\.ndjson:2: \/test_time is/,
  ],
  [
    'with a task twice',
    editedRun((run) => {
      run.tasks[1].id = run.tasks[0].id;
    }),
    /runs\.ndjson:2: \/tasks\/1\/id is "short-01", like another task's/,
  ],
  [
    'with a run that became invalid',
    editedRun((run) => {
      run.status = 'invalid';
    }),
    /experiment\.json: \/summaries\/1\/invalid_runs is 0, but runs\.ndjson has 1/,
  ],
])('refuses runs.ndjson %s, with file and place', async (_, runs, message) => {
  const reading = stored(runs);
  await expect(reading).rejects.toThrow(message);
  await expect(reading).rejects.toMatchObject({ code: 'INVALID_INPUT' });
});

test.each([
  [
    'from a newer version',
    EXPERIMENT.replace('schedlab.experiment/1', 'schedlab.experiment/3'),
    /experiment\.json: \/schema is "schedlab\.experiment\/3", from a newer schedlab/,
  ],
  [
    'without a part',
    editedExperiment((experiment) => delete experiment.summaries),
    /experiment\.json: \/ must have required property 'summaries'/,
  ],
  ['cut short', EXPERIMENT.slice(0, 900), /experiment\.json: not valid JSON/],
  [
    'of another folder, whose plan is the same',
    editedExperiment(({ summaries }) => {
      summaries[0].makespan_s.median *= 1.01;
    }),
    /experiment\.json: \/summaries\/0\/makespan_s\/median is .*, but that of the runs/,
  ],
  [
    'of another folder, with another plan',
    editedExperiment(({ plan }) => {
      plan.runs = plan.runs.slice(0, 4);
    }),
    /runs\.ndjson:5: \/index is 4, a run that the plan in experiment\.json does not have/,
  ],
  [
    'with an improvement that no block has',
    editedExperiment(({ summaries }) => {
      summaries[1].improvement = 0.9;
    }),
    /experiment\.json: \/summaries\/1\/improvement is 0\.9, but the runs' blocks give 0\.\d+ to 0\.\d+/,
  ],
])('refuses experiment.json %s', async (_, experiment, message) => {
  const reading = stored(file(LINES), experiment);
  await expect(reading).rejects.toThrow(message);
  await expect(reading).rejects.toMatchObject({ code: 'INVALID_INPUT' });
});

test('says which file is not there', async () => {
  await expect(readStoredExperiment(join(folder, 'none'))).rejects.toThrow(
    /none\/experiment\.json/,
  );
});

test('a run that was being written when an experiment was cut off does not count', async () => {
  const running = editedExperiment((experiment) => {
    experiment.status = 'running';
    experiment.summaries = [];
  });
  const { runs } = await stored(file(LINES).slice(0, -9), running);
  expect(runs).toHaveLength(LINES.length - 1);
});
