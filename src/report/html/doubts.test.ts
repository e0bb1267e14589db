// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Summary } from '../../results/experiment-record.ts';
import type { StoredExperiment } from '../../results/read.ts';
import { storeSyntheticExperiment } from '../synthetic-experiment.test-data.ts';
import { doubtsAbout, doubtsAboutAll } from './doubts.ts';

let folder: string;
let stored: StoredExperiment;
let summary: Summary;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'schedlab-doubts-'));
  stored = await storeSyntheticExperiment(folder, {
    testIds: ['a', 'b'],
    arms: [
      { name: 'default', goodness: 0 },
      { name: 'good', goodness: 1 },
    ],
    blocks: 5,
    invalid: ({ testId, scheduler, block }) => testId === 'a' && scheduler === 'good' && block < 2,
  });
  summary = stored.experiment.summaries.find((entry) => !entry.baseline) as Summary;
});

afterAll(() => rm(folder, { recursive: true }));

function inExperiment(more: object): StoredExperiment {
  return { ...stored, experiment: { ...stored.experiment, ...more } };
}

test('names the invalid runs and the warnings of the runs that the result rests on', () => {
  const doubts = doubtsAbout(summary, stored);
  expect(doubts).toContain(
    '2 of 5 runs of good are invalid and not counted; the reasons are below.',
  );
  expect(doubts).toContain('steal_time: the host took 3 % of the time (run 2)');
  const ofOther = stored.experiment.summaries.find(
    (entry) => entry.test_id === 'b' && !entry.baseline,
  ) as Summary;
  expect(doubtsAbout(ofOther, stored).join()).not.toMatch(/invalid|steal_time/);
});

test('counts warnings of one kind instead of repeating them', () => {
  const warnings = [0, 1, 2, 3].map((index) => ({
    code: 'steal_time',
    message: `${index} %`,
    run_index: index,
  }));
  expect(doubtsAbout(summary, inExperiment({ warnings }))).toContain(
    'steal_time: 0 % (run 0, and 3 more)',
  );
  const ofRun = warnings.map((warning) => ({ ...warning, message: 'noise in run 0.' }));
  expect(doubtsAbout(summary, inExperiment({ warnings: ofRun }))).toContain(
    'steal_time: noise in run 0 (3 more)',
  );
});

test('says what p says beside a verdict, and whether more runs would help', () => {
  const of = (more: object) => doubtsAbout({ ...summary, ...more }, stored).join('\n');
  const verdict = 'faster';
  expect(of({ verdict, p_value_adjusted: 0.0625, least_p_value: 0.0625, blocks: 5 })).toContain(
    '5 blocks cannot show a difference between this many schedulers and cases: p is at least 0.0625',
  );
  expect(of({ verdict, p_value_adjusted: 0.0625, least_p_value: 0.01 })).toContain('p is 0.0625');
  expect(of({ verdict, p_value_adjusted: 0.01, least_p_value: 0.01 })).not.toContain('p is');
});

test('says when the time was up, and which runs are far from the others', () => {
  const outliers = [{ run_index: 3, deviations: 5, reasons: [] }];
  const odd = inExperiment({
    case_ends: [{ test_id: 'a', blocks: 5, reason: 'max_time' }],
    summaries: stored.experiment.summaries.map((entry) => ({ ...entry, outliers })),
  });
  const text = doubtsAbout(summary, odd).join('\n');
  expect(text).toContain('The time was up');
  expect(text).toContain('good: run 3 is far from the others');
});

test('says of the whole experiment that it was cut short, and what holds for all runs', () => {
  const warnings = [{ code: 'no_kvm', message: 'CPUs are emulated' }];
  expect(doubtsAboutAll(inExperiment({ status: 'interrupted', warnings }))).toEqual([
    'The experiment was interrupted: this is what was measured until then.',
    'no_kvm: CPUs are emulated',
  ]);
  expect(doubtsAboutAll(inExperiment({ warnings: [] }))).toEqual([]);
});
