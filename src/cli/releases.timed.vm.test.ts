// SPDX-License-Identifier: Apache-2.0
import { expect } from 'vitest';
import { test } from './test-kit.ts';

test('tasks that are released one by one count from then on', async ({ bench }) => {
  const loop = 'i=0; while [ $i -lt $WORK_UNITS ]; do i=$((i+1)); done';
  const file = await bench.caseFile({
    small_commands: [loop],
    large_commands: [loop],
    work: { short_cpu_s: 0.02, skew: 4, released_over_s: 2 },
  });
  const args = ['--cases', file, '--all', '--target', 'host', '--runs', '2', '--json'];
  const { status, stdout } = await bench.run('evaluate', args);
  expect(status).toBe(0);
  const { runs, plan } = JSON.parse(stdout);
  const releases = (tasks: { release_s?: number }[]) => tasks.map((task) => task.release_s ?? 0);
  const planned = releases(plan.cases[0].tasks);
  expect(Math.max(...planned)).toBeGreaterThan(1);
  for (const { tasks, makespan_s, lower_bound_s } of runs) {
    for (const [place, release] of releases(tasks).entries()) {
      expect(release).toBeGreaterThanOrEqual(planned[place] as number);
      expect(release).toBeLessThan((planned[place] as number) + 0.2);
      expect(tasks[place].start_s).toBeGreaterThanOrEqual(release);
    }
    expect(makespan_s).toBeGreaterThan(Math.max(...planned));
    expect(lower_bound_s).toBeGreaterThan(Math.max(...planned));
    expect(lower_bound_s).toBeLessThanOrEqual(makespan_s);
  }
});
