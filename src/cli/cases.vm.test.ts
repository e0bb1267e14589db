// SPDX-License-Identifier: Apache-2.0
import { expect } from 'vitest';
import { test } from './test-kit.ts';

/** One in each language; the others differ from them in what the unit tests look at. */
const CASES = ['file_checksum', 'git_add_different'];

test('cases run under the default and their own schedulers, with the right results', async ({
  bench,
}) => {
  const { status, experiment } = await bench.compare([
    ...[
      '--test',
      CASES.join(','),
      '--target',
      'vm',
      '--runs',
      '1',
      '--short',
      '8',
      '--scale',
      '0.3',
    ],
  ]);
  const runs = experiment.runs.map((run) => [run.test_id, run.scheduler.name, run.status]);
  expect(runs).toEqual(
    CASES.flatMap((id) => [
      [id, 'default', 'success'],
      [id, id, 'success'],
    ]),
  );
  expect(experiment.runs.every((run) => run.proof.output_checked)).toBe(true);
  expect(experiment.warnings.map(({ code }) => code)).not.toContain('files_not_in_memory');
  expect(status).toBe(0);
});
