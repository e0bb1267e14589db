// SPDX-License-Identifier: Apache-2.0
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkDocument } from '../core/parse-document.ts';
import { type RunRecord, runRecordSchema } from '../results/run-record.ts';
import { readTrace, writeTrace } from '../results/trace.ts';
import type { Observed } from '../tasks/observed.ts';
import { lookInside } from './look-inside.ts';
import type { Measurement } from './protocol.ts';
import { observedOf, type RawStretch } from './stretches.test-data.ts';

/** The release, and a millisecond. */
const T = 5_000_000_000_000;
const MS = 1_000_000;

/**
 * Two CPUs, 10 ms. CPU 0 runs short-01, which is preempted, then others, then long-01. CPU 1 idles
 * for 2 ms while both tasks wait, runs others, and then what was preempted on CPU 0.
 */
const STRETCHES: RawStretch[] = [
  // Before the release, and across it.
  { runnable: T - 9 * MS, start: T - 9 * MS, end: T - 8 * MS, occupant: 0, cpu: 1 },
  { runnable: T - MS, start: T - MS, end: T, occupant: 0, cpu: 0 },
  { runnable: T, start: T + 2 * MS, end: T + 4 * MS, occupant: 1, cpu: 0, preempted: true },
  { runnable: T + 4 * MS, start: T + 4 * MS, end: T + 5 * MS, occupant: 0, cpu: 0 },
  { runnable: T + MS, start: T + 5 * MS, end: T + 10 * MS, occupant: 2, cpu: 0 },
  { runnable: T + 2 * MS, start: T + 2 * MS, end: T + 6 * MS, occupant: 0, cpu: 1 },
  { runnable: T + 4 * MS, start: T + 6 * MS, end: T + 7 * MS, occupant: 1, cpu: 1, migrated: true },
  // Ends after the last task, and begins after it.
  { runnable: T + 9 * MS, start: T + 9 * MS, end: T + 20 * MS, occupant: 0, cpu: 1 },
  { runnable: T + 11 * MS, start: T + 11 * MS, end: T + 12 * MS, occupant: 0, cpu: 0 },
];

const task = (id: string, end_s: number) => ({
  id,
  class: id.startsWith('long') ? ('long' as const) : ('short' as const),
  start_s: 0,
  end_s,
  user_s: 0.003,
  system_s: 0,
  wait_s: 0,
  voluntary_switches: 0,
  involuntary_switches: 0,
  max_rss_bytes: 0,
  exit_code: 0,
  signal: null,
});
const NONE = { state: 'disabled', ops: null, enable_seq: 0 };
const RUN: RunRecord = {
  schema: 'schedlab.run/1',
  test_id: 'x',
  scheduler: { name: 'default', ops: null, object_sha256: null },
  index: 7,
  block: 0,
  started_at: '2026-11-25T00:00:00Z',
  boot: 0,
  status: 'success',
  invalid_reasons: [],
  test_time: 0.01,
  makespan_s: 0.01,
  lower_bound_s: 0.005,
  makespan_ratio: 2,
  release_spread_s: 0,
  tasks: [task('short-01', 0.007), task('long-01', 0.01)],
  process_analysis: { long_tail_detected: false, skew_ratio: 1 },
  samples: [],
  proof: { before: NONE, after: NONE, exit: null, woken: 2, gate_realtime: true, clock_ratio: 1 },
  orchestrator_cpu_share: 0,
};

function look(changes: Partial<Observed> = {}, gate: Partial<Measurement['gate']> = {}) {
  const measurement = {
    observed: observedOf(STRETCHES, changes),
    gate: { opened_ns: T, ending: 'ended', ...gate },
    scheduler_events: null,
    kernel_memory_bytes: null,
  } as unknown as Measurement;
  const { record, trace } = lookInside(RUN, measurement);
  return { record: checkDocument(runRecordSchema, record, 'a record'), trace };
}

test('adds up what each task and each CPU did', () => {
  const { record } = look({ cost_ns: 3 * MS });
  expect(record.observation).toMatchObject({
    tasks: [
      { id: 'short-01', cpu_s: 0.003, wait_s: 0.004, slices: 2, preemptions: 1, migrations: 1 },
      { id: 'long-01', cpu_s: 0.005, wait_s: 0.004, slices: 1, preemptions: 0, migrations: 0 },
    ],
    cpu_tasks_s: [0.007, 0.001],
    cpu_others_s: [0.001, 0.005],
    cpu_idle_s: [0.002, 0.004],
    lost_events: 0,
    cost_s: 0.003,
  });
  // Until 1 ms one task waits, until 2 ms two do, both CPUs idle; later no CPU idles while one waits.
  expect(record.observation?.idle_while_waiting_s).toBeCloseTo(0.003, 9);
});

test('counts waits by powers of two of a microsecond', () => {
  const waits = [0, 0.5, 1, 1.9, 2, 3.9, 4, 1000];
  const at = waits.map((_, place) => T + ((place + 1) * MS) / 2);
  const stretches = observedOf(
    waits.map((wait, place) => ({
      runnable: (at[place] as number) - wait * 1000,
      start: at[place] as number,
      end: at[place] as number,
      occupant: 1,
      cpu: 0,
    })),
  );
  const { observation } = look({ stretches: stretches.stretches }).record;
  expect(observation?.wait_histogram_short).toEqual([2, 2, 2, 1, 0, 0, 0, 0, 0, 0, 1]);
  expect(observation?.wait_histogram_long).toEqual([]);
});

test('explains the makespan beyond the bound, and the parts add up to it', () => {
  const { gap } = look().record;
  expect(gap).toEqual({
    late_start_s: 0.005,
    long_wait_s: 0,
    idle_while_waiting_s: expect.closeTo(0.0015, 9),
    rest_s: expect.closeTo(-0.0015, 9),
  });
  const parts = Object.values(gap ?? {}).reduce((sum, part) => sum + part, 0);
  expect(parts).toBeCloseTo(RUN.makespan_s - RUN.lower_bound_s, 12);
});

test('what is not complete is said, and explains nothing', () => {
  const { record, trace } = look({ lost: 5 });
  expect(record.observation).toMatchObject({ lost_events: 5 });
  expect(record.gap).toBeUndefined();
  expect(trace).not.toBeNull();
  expect(look({}, { ending: 'timed_out' }).record.gap).toBeUndefined();
});

test('the trace has all of it, and is read as it was written', async () => {
  const { record, trace } = look();
  expect(trace).toMatchObject({
    tasks: ['short-01', 'long-01'],
    slices: {
      task: [0, 1, 0],
      cpu: [0, 0, 1],
      runnable_us: [0, 1000, 4000],
      start_us: [2000, 5000, 6000],
      end_us: [4000, 10000, 7000],
      preempted: [1, 0, 0],
    },
    others: { cpu: [0, 1, 0, 1], start_us: [0, 2000, 4000, 9000], end_us: [0, 6000, 5000, 10000] },
  });
  const folder = await mkdtemp(join(tmpdir(), 'schedlab-test-'));
  await mkdir(join(folder, 'traces'));
  if (trace) await writeTrace(folder, trace);
  expect(record.trace).toEqual({ file: 'traces/run-7.json.gz', slices: 3 });
  expect(await readTrace(folder, record)).toEqual(trace);
  await rm(folder, { recursive: true });
});

test('what a task does after its end is no longer its own', () => {
  const stretches = observedOf([
    { runnable: T, start: T + 6 * MS, end: T + 8 * MS, occupant: 1, cpu: 0, preempted: true },
    { runnable: T + 8 * MS, start: T + 9 * MS, end: T + 10 * MS, occupant: 1, cpu: 0 },
  ]);
  const { observation } = look({ stretches: stretches.stretches }).record;
  expect(observation?.tasks[0]).toMatchObject({ cpu_s: 0.001, wait_s: 0.006, slices: 1 });
  expect(observation?.cpu_others_s).toEqual([0.002, 0]);
});

test('CPUs that the tasks may not use are left out', () => {
  const { record } = look({ cpus: [1] });
  expect(record.observation?.cpu_tasks_s).toEqual([0.001]);
});

test('of a run that was not observed only the counters are kept', () => {
  const scheduler_events = { SELECT_CPU_FALLBACK: 3 };
  const measurement = { observed: null, gate: null, scheduler_events } as unknown as Measurement;
  const { record, trace } = lookInside(RUN, measurement);
  expect(record).toEqual({ ...RUN, scheduler_events });
  expect(trace).toBeNull();
});
