// SPDX-License-Identifier: Apache-2.0
import { expect } from 'vitest';
import { schedExtObstacle } from '../machine/sched-ext.ts';
import type { RunRecord } from '../results/run-record.ts';
import { readTrace, type Trace } from '../results/trace.ts';
import { test } from './test-kit.ts';

const LOOP = 'i=0; while [ $i -lt 10000 ]; do i=$((i+1)); done';

test('sees what the tasks and their children do, under every scheduler alike', async ({
  bench,
}) => {
  // A short task and its child burn as much each; the long one is a process without children.
  const cases = await bench.caseFile({
    small_commands: [`(${LOOP}) & ${LOOP}; wait`],
    large_commands: [LOOP, LOOP, LOOP],
  });
  const { status, experiment } = await bench.compare([
    ...['--cases', cases, '--all', '--target', 'vm', '--cpus', '2', '--runs', '2'],
    ...['--schedulers', 'fifo,default:unobserved'],
  ]);
  expect(status).toBe(0);
  const codes = experiment.warnings.map(({ code }) => code);
  expect(codes.filter((code) => code.startsWith('observer_'))).toEqual([]);
  const arms = new Set(experiment.runs.map((run) => run.scheduler.name));
  expect([...arms].toSorted()).toEqual(['default', 'default:unobserved', 'fifo']);
  for (const run of experiment.runs) {
    if (run.scheduler.name === 'default:unobserved') {
      expect(run.observation).toBeUndefined();
      expect(await readTrace(experiment.folder, run)).toBeNull();
      continue;
    }
    expectCompleteObservation(run);
    expectConsistentTimeline(run, (await readTrace(experiment.folder, run)) as Trace);
    // sched_ext counts what the kernel had to do for a scheduler.
    const counted = Object.keys(run.scheduler_events ?? {});
    expect(counted.length > 5).toBe(run.scheduler.name === 'fifo');
  }
});

function expectCompleteObservation(run: RunRecord): void {
  const { observation, gap } = run;
  if (!observation || !gap) throw new Error(`run ${run.index} was not observed`);
  expect(observation.lost_events).toBe(0);
  expect(observation.tasks.map(({ id }) => id)).toEqual(run.tasks.map(({ id }) => id));

  // The kernel's own accounts, children included, agree.
  const seen = observation.tasks.map(({ cpu_s }) => cpu_s);
  const charged = run.tasks.map(({ user_s, system_s }) => user_s + system_s);
  const ratios = seen.map((cpu, place) => cpu / (charged[place] as number));
  expect(Math.min(...ratios)).toBeGreaterThan(0.95);
  expect(Math.max(...ratios)).toBeLessThan(1.05);
  expect(sum(seen) / sum(charged)).toBeGreaterThan(0.99);
  expect(sum(seen) / sum(charged)).toBeLessThan(1.01);

  // Each CPU's time is accounted for.
  for (const cpu of [0, 1]) {
    const { cpu_tasks_s, cpu_others_s, cpu_idle_s } = observation;
    const parts = [cpu_tasks_s, cpu_others_s, cpu_idle_s].map((part) => part[cpu] as number);
    expect(sum(parts)).toBeCloseTo(run.makespan_s, 3);
  }
  expect(sum(observation.cpu_tasks_s)).toBeCloseTo(sum(seen), 6);
  const slices = observation.tasks.map((task) => task.slices);
  const waits = [...observation.wait_histogram_short, ...observation.wait_histogram_long];
  expect(sum(waits)).toBe(sum(slices));
  // With seven times as many runnable threads as CPUs somebody waits, and is preempted.
  expect(sum(observation.tasks.map(({ wait_s }) => wait_s))).toBeGreaterThan(run.makespan_s);
  expect(sum(observation.tasks.map(({ preemptions }) => preemptions))).toBeGreaterThan(0);
  expect(observation.cost_s).toBeGreaterThan(0);
  expect(observation.cost_s).toBeLessThan(0.02 * sum(charged));
  expect(sum(Object.values(gap))).toBeCloseTo(run.makespan_s - run.lower_bound_s, 6);
}

function expectConsistentTimeline(run: RunRecord, { slices, others, cpus, tasks }: Trace): void {
  expect(cpus).toBe(2);
  expect(slices.task).toHaveLength(run.trace?.slices as number);
  for (let cpu = 0; cpu < cpus; cpu++) {
    expectDisjoint([...spansOf(slices, slices.cpu, cpu), ...spansOf(others, others.cpu, cpu)]);
  }
  // Both processes of a short task may run at once.
  expectDisjoint(spansOf(slices, slices.task, tasks.indexOf('long-01')));
  expect(slices.runnable_us.every((at, place) => at <= (slices.start_us[place] as number))).toBe(
    true,
  );
  expect(Math.max(...slices.end_us)).toBeLessThanOrEqual(run.makespan_s * 1e6);
}

type Span = readonly [start: number, end: number];

/** Those for which `column` has `wanted`. */
function spansOf(
  { start_us, end_us }: { start_us: number[]; end_us: number[] },
  column: readonly number[],
  wanted: number,
): Span[] {
  return start_us.flatMap((start, place) =>
    column[place] === wanted ? [[start, end_us[place] as number] as const] : [],
  );
}

function expectDisjoint(spans: readonly Span[]): void {
  const sorted = spans.toSorted(([a], [b]) => a - b);
  const overlaps = sorted.filter(([start], place) => start < (sorted[place - 1]?.[1] ?? 0));
  expect(overlaps).toEqual([]);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

test.runIf(schedExtObstacle())(
  'where it cannot be had, the runs are measured and one warning says so',
  async ({ bench }) => {
    const cases = await bench.caseFile();
    const args = ['--cases', cases, '--all', '--target', 'host', '--runs', '2', '--json'];
    const { stdout } = await bench.run('evaluate', args);
    const { runs, warnings } = JSON.parse(stdout);
    const codes = warnings.map(({ code }: { code: string }) => code);
    expect(codes.filter((code: string) => code === 'observer_unavailable')).toHaveLength(1);
    expect(runs.map(({ status }: RunRecord) => status)).toEqual(['success', 'success']);

    const unasked = await bench.run('evaluate', [...args, '--no-observer']);
    const { warnings: others } = JSON.parse(unasked.stdout);
    expect(others.map(({ code }: { code: string }) => code)).not.toContain('observer_unavailable');
  },
);
