// SPDX-License-Identifier: Apache-2.0
import { expect } from 'vitest';
import { test } from './test-kit.ts';

test('stops when the intervals are narrow, and says what it knows of an arm against itself', async ({
  bench,
}) => {
  const { status, experiment, stderr } = await bench.compare([
    ...['--cases', await bench.caseFile(), '--all', '--target', 'vm', '--cpus', '2'],
    // So wide that the fewest blocks that can show anything are enough.
    ...['--schedulers', 'default', '--precision', '90', '--warm-up', '1', '--seed', '5'],
  ]);
  expect(status).toBe(0);
  expect(experiment.case_ends).toEqual([{ test_id: 'loops', blocks: 6, reason: 'precise' }]);
  expect(experiment.plan.rule).toMatchObject({ seed: 5, fewest_blocks: 6, most_blocks: 30 });
  expect(experiment.runs).toHaveLength(13);
  expect(experiment.runs.filter((run) => run.warm_up)).toHaveLength(1);
  const again = experiment.summaries.find((summary) => !summary.baseline);
  expect(again).toMatchObject({
    scheduler: 'default #2',
    runs: 6,
    blocks: 6,
    least_p_value: 1 / 32,
  });
  expect(experiment.warnings.map(({ code }) => code)).toContain('emulated');
  expect(experiment.runs[0]?.noise?.other_load_share).toBeLessThan(1);
  expect(stderr).toMatch(/loops, 6 blocks: improvement of default #2/);
});
