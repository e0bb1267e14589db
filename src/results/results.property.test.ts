// SPDX-License-Identifier: Apache-2.0
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, expect } from 'vitest';
import {
  anyDocument,
  anyNumber,
  anyText,
  mutated,
  property,
  spoilt,
  valueOrRefusal,
} from '../core/arbitrary.test-data.ts';
import { checkDocument } from '../core/parse-document.ts';
import { textOf } from '../core/read-text.ts';
import { cpuSweepSchema, readCpuSweep } from './cpu-sweep.ts';
import type { ExperimentRecord } from './experiment-record.ts';
import { listExperiments } from './list.ts';
import { parseStored } from './parse-stored.ts';
import { type PredictionDocument, predictionSchema } from './prediction.ts';
import { readSamples, readStoredExperiment } from './read.ts';
import { type RunRecord, runRecordSchema } from './run-record.ts';
import { ExperimentStore, historyName } from './store.ts';
import { syntheticTuning } from './synthetic-tuning.test-data.ts';
import { readTrace, type Trace, traceFile, writeTrace } from './trace.ts';
import { readTuning, saveTuning, type TuningRecord, tuningRecordSchema } from './tuning-record.ts';

// In memory: what is synced there costs nothing.
const parent = await mkdtemp('/dev/shm/schedlab-fuzz-');
const folder = join(parent, 'one');
await mkdir(join(folder, 'traces'), { recursive: true });
afterAll(() => rm(parent, { recursive: true }));

const STATE = { state: 'disabled', ops: null, enable_seq: 3 };
const TASK = {
  ...{ user_s: 1, system_s: 0.5, wait_s: 0.1, voluntary_switches: 2, involuntary_switches: 3 },
  ...{ max_rss_bytes: 4096, exit_code: 0, signal: null },
  scheduling: { policy: 'other', nice: 0, rt_priority: 0 },
} as const;
const SEEN = { cpu_s: 1.5, wait_s: 0.1, slices: 2, preemptions: 1, migrations: 0 };

function run(index: number, name: string, makespan: number): RunRecord {
  return {
    ...{ schema: 'schedlab.run/1', test_id: 'x', index, block: 0, boot: 0, status: 'success' },
    scheduler: { name, ops: null, object_sha256: null, tunables: ['a=1'] },
    started_at: '2026-11-25T13:00:00.000Z',
    invalid_reasons: [],
    ...{ test_time: makespan, makespan_s: makespan, lower_bound_s: 1.5 },
    ...{ makespan_ratio: makespan / 1.5, release_spread_s: 0.001, orchestrator_cpu_share: 0.01 },
    tasks: [
      { id: 'short-01', class: 'short', start_s: 0, end_s: 1.5, ...TASK },
      { id: 'long-01', class: 'long', release_s: 0, start_s: 0.1, end_s: makespan, ...TASK },
    ],
    process_analysis: { long_tail_detected: false, skew_ratio: 1 },
    samples: [{ at_s: 1, tasks: [{ id: 'long-01', cpu_percent: 99.5, rss_bytes: 4096 }] }],
    proof: {
      ...{ before: STATE, after: STATE, woken: 2, gate_realtime: true, clock_ratio: 1 },
      exit: { by: 'user', kind: 64, reason: 'r', message: 'm' },
    },
    observation: {
      tasks: [{ id: 'short-01', ...SEEN }],
      ...{ cpu_tasks_s: [1, 2], cpu_others_s: [0, 0], cpu_idle_s: [0.5, 0.5] },
      ...{ idle_while_waiting_s: 0, wait_histogram_short: [1], wait_histogram_long: [] },
      ...{ lost_events: 0, cost_s: null },
    },
    gap: { late_start_s: 0.1, long_wait_s: 0.1, idle_while_waiting_s: 0, rest_s: -0.1 },
    trace: { file: traceFile(index), slices: 2 },
    scheduler_events: { SCX_EV_BYPASS_ACTIVATE: 1 },
    noise: { steal_share: 0, other_load_share: 0.1, swapped_pages: 0, thermal_throttles: null },
  };
}

const RUNS = [run(0, 'default', 3), run(1, 'fifo', 2)];

function summary(scheduler: string, makespan: number) {
  const estimate = (value: number) => ({
    ...{ median: value, mean: value, stddev: 0 },
    ci95: [value, value] as [number, number],
  });
  return {
    ...{ test_id: 'x', scheduler, baseline: scheduler === 'default', runs: 1, invalid_runs: 0 },
    ...{ makespan_s: estimate(makespan), makespan_ratio: estimate(makespan / 1.5) },
    ...{ lower_bound_s: 1.5, short_completion_s: 1.5, long_completion_s: makespan },
  };
}

const EXPERIMENT = {
  ...{ schema: 'schedlab.experiment/1', name: 'x', status: 'complete' },
  created_at: '2026-11-25T13:00:00.000Z',
  versions: { schedlab: '0.1.0' },
  plan: {
    cases: [{ test_id: 'x', name: 'X', short_tasks: 1, long_tasks: 1 }],
    baseline: 'default',
    schedulers: ['default', 'fifo'].map((name) => ({ name, object_sha256: null })),
    runs: RUNS.map(({ index, scheduler }) => ({
      ...{ index, block: 0, test_id: 'x', scheduler: scheduler.name },
    })),
    ...{ timeout_s: 300, scale: 1, monitor: true },
  },
  machine: { cpu_model: 'c', cpus: 2, memory_bytes: 1, os: 'o', kernel_release: '6.12' },
  place: {
    ...{ target: 'host', cpus: 2, memory_bytes: 1, kernel_release: '6.12', clock_source: 'tsc' },
    ...{ accelerator: null, qemu_version: null, vcpu_limit: null, cpu_list: '0-1' },
  },
  ...{ calibration: [], warnings: [{ code: 'c', message: 'm', run_index: 1 }] },
  summaries: [
    summary('default', 3),
    { ...summary('fifo', 2), improvement: 1 / 3, verdict: 'faster' },
  ],
} as unknown as ExperimentRecord;

async function read(experiment: string | Buffer, runs: string | Buffer) {
  await writeFile(join(folder, 'experiment.json'), experiment);
  await writeFile(join(folder, 'runs.ndjson'), runs);
  return valueOrRefusal(() => readStoredExperiment(folder), 'INVALID_INPUT');
}

const lines = (runs: readonly unknown[]) =>
  runs.map((entry) => `${JSON.stringify(entry)}\n`).join('');

property('what a store writes is read as it is', fc.constant(null), async () => {
  await using store = await ExperimentStore.create(parent, 'written');
  await store.saveExperiment(EXPERIMENT);
  for (const entry of RUNS) await store.appendRun(entry);
  const stored = await readStoredExperiment(store.folder);
  expect(stored.experiment).toEqual(EXPERIMENT);
  expect(stored.runs).toEqual(RUNS.map(({ samples: _, ...rest }) => rest));
  expect((await readSamples(stored, new Set([1]))).get(1)).toEqual(RUNS[1]?.samples);
  await rm(store.folder, { recursive: true });
});

property('an experiment is read, or refused', anyDocument(EXPERIMENT), async (bytes) => {
  const stored = await read(bytes, lines(RUNS));
  if (stored) expect(stored.experiment).toEqual(JSON.parse(bytes.toString()));
  const { experiments, unreadable } = await listExperiments(parent);
  expect(experiments.length + unreadable.length).toBe(1);
});

property('runs are read, or refused', anyDocument(...RUNS), async (bytes) => {
  const anyRuns = Buffer.concat([Buffer.from(lines(RUNS.slice(0, 1))), bytes, Buffer.from('\n')]);
  const stored = await read(JSON.stringify({ ...EXPERIMENT, status: 'running' }), anyRuns);
  if (!stored) return;
  for (const { makespan_ratio, tasks, test_id, scheduler } of stored.runs) {
    expect(Number.isFinite(makespan_ratio)).toBe(true);
    expect([test_id, EXPERIMENT.plan.schedulers.map(({ name }) => name)]).toEqual([
      'x',
      expect.arrayContaining([scheduler.name]),
    ]);
    for (const task of tasks) expect(Number.isFinite(task.user_s + task.system_s)).toBe(true);
  }
  const samples = await readSamples(stored, new Set([0, 1]));
  expect(samples.size).toBe(stored.runs.length);
});

const anySeconds = fc.oneof(anyNumber, fc.constantFrom(1e308, 1.7e308, 0, 1.5));

property(
  'times that no sum can hold are refused',
  fc.tuple(anySeconds, anySeconds),
  async ([a, b]) => {
    const { tasks, ...first } = RUNS[0] as RunRecord;
    const times = { user_s: a, system_s: b };
    const changed = { ...first, tasks: tasks.map((task) => ({ ...task, ...times })) };
    const running = JSON.stringify({ ...EXPERIMENT, status: 'running' });
    const stored = await read(running, lines([changed]));
    if (stored) expect(Number.isFinite(a + b)).toBe(true);
  },
);

property('lines are read, or refused', spoilt(fc.constant(lines(RUNS))), async (bytes) => {
  const stored = await read(JSON.stringify(EXPERIMENT), bytes);
  if (stored) expect(stored.runs).toHaveLength(2);
});

property('a run that was read is so again when it is written', mutated(...RUNS), async (value) => {
  const text = JSON.stringify(value) ?? '';
  const once = await valueOrRefusal(() => parseStored(runRecordSchema, text, 'x'), 'INVALID_INPUT');
  if (once) expect(parseStored(runRecordSchema, JSON.stringify(once), 'x')).toEqual(once);
});

const TRACE: Trace = {
  ...{ schema: 'schedlab.trace/1', run_index: 1, cpus: 2, tasks: ['short-01', 'long-01'] },
  slices: {
    ...{ task: [0, 1], cpu: [0, 1], runnable_us: [0, 0] },
    ...{ start_us: [1, 2], end_us: [5, 9], preempted: [0, 1] },
  },
  others: { cpu: [1], start_us: [0], end_us: [2] },
};
const TRACED = RUNS[1] as RunRecord;
const readTraceOf = () => valueOrRefusal(() => readTrace(folder, TRACED), 'INVALID_INPUT');

property('a trace is read, or refused', anyDocument(TRACE), async (bytes) => {
  await writeFile(join(folder, traceFile(1)), gzipSync(bytes, { level: 1 }));
  const trace = await readTraceOf();
  if (trace === null) return;
  await writeTrace(folder, trace);
  expect(await readTraceOf()).toEqual(trace);
  expect(trace.slices.task.every((task) => task < trace.tasks.length)).toBe(true);
});

const packed = gzipSync(JSON.stringify(TRACE)).toString('latin1');

property('what is no gzip is refused', spoilt(fc.constant(packed)), async (bytes) => {
  await writeFile(join(folder, traceFile(1)), Buffer.from(bytes.toString(), 'latin1'));
  const trace = await readTraceOf();
  if (trace) expect(trace.run_index).toBe(1);
});

property('a tuning is read, or refused', anyDocument(syntheticTuning()), async (bytes) => {
  await writeFile(join(folder, 'tuning.json'), bytes);
  const tuning = await valueOrRefusal(() => readTuning(folder), 'INVALID_INPUT');
  if (tuning === null) return;
  await saveTuning(folder, tuning);
  expect(await readTuning(folder)).toEqual(tuning);
});

property('a tuning as it is written is one', mutated(syntheticTuning()), async (value) => {
  const check = () => checkDocument(tuningRecordSchema, value, 'x') as TuningRecord;
  const tuning = await valueOrRefusal(check, 'INVALID_INPUT');
  if (tuning) expect(tuning.schema).toBe('schedlab.tuning/1');
});

const SWEEP = { schema: 'schedlab.sweep/1', name: 'x', created_at: '2026', cpus: [1, 2, 4] };

property('a sweep is read, or refused', anyDocument(SWEEP), async (bytes) => {
  const own = join(parent, 'one', 'sweep');
  await mkdir(own, { recursive: true });
  await writeFile(join(own, 'sweep.json'), bytes);
  const sweep = await valueOrRefusal(() => readCpuSweep(own), 'INVALID_INPUT');
  if (sweep === null) return;
  checkDocument(cpuSweepSchema, sweep.record, 'x');
  // Each is the name of a folder.
  for (const cpus of sweep.record.cpus) expect(String(cpus)).toMatch(/^\d+$/);
});

const RANGE = { median: 1, p5: 0.5, p95: 2 };
const PREDICTION: PredictionDocument = {
  ...{ schema: 'schedlab.prediction/1', folder: 'f', baseline: 'default', sizes: 'drawn', seed: 1 },
  cases: [
    {
      ...{ test_id: 'x', runs: 1, samples: 2, short_tasks: 3, long_tasks: 1 },
      on_cpus: [
        {
          ...{ cpus: 2, lower_bound_s: RANGE, worst_list_ratio: 1.5, worst_lpt_ratio: 1.2 },
          policies: [
            { policy: 'fair', makespan_ratio: RANGE, makespan_s: RANGE, improvement: RANGE },
          ],
        },
      ],
    },
  ],
  left_out: [{ test_id: 'y', reason: 'no_valid_run' }],
};

property('a prediction is read, or refused', anyDocument(PREDICTION), async (bytes) => {
  const parse = () => parseStored(predictionSchema, textOf(bytes, 'x'), 'x');
  const prediction = await valueOrRefusal(parse, 'INVALID_INPUT');
  if (prediction)
    expect(parseStored(predictionSchema, JSON.stringify(prediction), 'x')).toEqual(prediction);
});

property("a history's name is one of a file, in its folder", anyText, (name) => {
  const file = `${historyName(name)}.history`;
  expect(basename(file)).toBe(file);
  expect(file).not.toMatch(/\0/);
  expect(Buffer.byteLength(`${file}.4194304.tmp`)).toBeLessThanOrEqual(255);
});
