// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { checkDocument } from '../core/parse-document.ts';
import { runRecordSchema, type TaskMeasurement } from '../results/run-record.ts';
import type { Measurement } from './protocol.ts';
import { type RunFacts, toRunRecord, withDiagnosis } from './run-record.ts';

const TASK: TaskMeasurement = {
  start_s: 0.1,
  end_s: 2,
  user_s: 0.5,
  system_s: 0,
  wait_s: 1,
  voluntary_switches: 1,
  involuntary_switches: 2,
  max_rss_bytes: 1000,
  exit_code: 0,
  signal: null,
};
const IDS = ['short-01', 'short-02', 'short-03', 'long-01'];
const LOADED = { state: 'enabled', ops: 'fifo', enable_seq: 3 };
const GOOD: Measurement = {
  index: 0,
  started_at: '2026-11-22T00:00:00Z',
  problem: null,
  ops: 'fifo',
  tunables: ['slice_us=5000'],
  missing_constants: [],
  history: null,
  before: LOADED,
  after: LOADED,
  exit: { by: 'user', kind: 64, reason: 'unregistered', message: '' },
  gate: {
    realtime: true,
    fixed_layout: true,
    woken: 4,
    spread_s: 0.001,
    opened_ns: 1e12,
    ending: 'ended',
    leftovers: 0,
    tasks: [TASK, TASK, TASK, { ...TASK, user_s: 3, end_s: 4 }],
  },
  samples: [],
  executor_cpu_s: 0.04,
  observed: null,
  scheduler_events: null,
  kernel_memory_bytes: null,
};

function recordOf(changes: Partial<Measurement> = {}, [least, most] = [1, 1], suspendedS = 0) {
  const classes = ['short', 'short', 'short', 'long'];
  const planned = {
    tasks: IDS.map((id, place) => ({ id, class: classes[place] })),
  } as unknown as RunFacts['planned'];
  const record = toRunRecord({
    run: { index: 0, block: 0, test_id: 'x', scheduler: 'fifo' },
    planned,
    scheduler: { name: 'fifo', ops: null, object_sha256: 'abc' },
    measurement: { ...GOOD, ...changes },
    boot: 0,
    cpus: 2,
    clock: { least, most, suspendedS },
    noise: null,
    expectedOutput: {
      ...{ 'short-01': 'digest 1', 'short-02': 'digest 1', 'short-03': 'digest 3' },
      'long-01': 'digest 2',
    },
  });
  return checkDocument(runRecordSchema, record, 'a record');
}

const withGate = (changes: Partial<NonNullable<Measurement['gate']>>) =>
  recordOf({ gate: { ...(GOOD.gate as NonNullable<Measurement['gate']>), ...changes } });

test('a proven run counts, with its makespan, bound and skew', () => {
  const record = recordOf();
  expect(record).toMatchObject({ status: 'success', invalid_reasons: [], makespan_s: 4 });
  expect(record.lower_bound_s).toBe(3);
  expect(record.makespan_ratio).toBeCloseTo(4 / 3);
  expect(record.scheduler).toMatchObject({ ops: 'fifo', tunables: ['slice_us=5000'] });
  // Fairly shared by two CPUs: 1 s until all have had 0.5 s, then 2.5 s; the bound is 3 s.
  expect(record.process_analysis).toEqual({
    long_tail_detected: true,
    skew_ratio: 6,
    expected_improvement: expect.closeTo(1 - 3 / 3.5, 9),
  });
  expect(record.orchestrator_cpu_share).toBeCloseTo(0.005);
  expect(record.tasks.map((task) => task.id)).toEqual(IDS);
  expect(record.scheduler.ops).toBe('fifo');
});

test('a release that is later than the others counts in the bound and in what is expected', () => {
  const late = { ...TASK, user_s: 3, release_s: 2, start_s: 2.5, end_s: 6 };
  const record = withGate({ tasks: [TASK, TASK, TASK, late] });
  expect(record).toMatchObject({ status: 'success', makespan_s: 6, lower_bound_s: 5 });
  expect(record.tasks[3]?.release_s).toBe(2);
  // The other three have ended when the late one comes, so sharing costs it nothing.
  expect(record.process_analysis.expected_improvement).toBeCloseTo(0, 9);
});

test.each([
  ['ejected', { after: { state: 'disabled', ops: null, enable_seq: 3 } }, 'scheduler_ejected'],
  ['another one', { after: { ...LOADED, ops: 'vruntime' } }, 'scheduler_ejected'],
  ['ejected and back', { after: { ...LOADED, enable_seq: 4 } }, 'scheduler_changed'],
  [
    'a foreign one',
    { ops: null, before: { state: 'disabled', ops: null, enable_seq: 2 } },
    'foreign_scheduler',
  ],
])('a run whose scheduler did not stay (%s) is invalid', (_, changes, code) => {
  const record = recordOf(changes as Partial<Measurement>);
  expect(record.status).toBe('invalid');
  expect(record.invalid_reasons[0]).toMatch(new RegExp(`^${code}: `));
});

test('a scheduler that left before it was asked to makes the run invalid', () => {
  const reason = 'the program exited with 0 by itself';
  const record = recordOf({ exit: { by: 'unknown', kind: 0, reason, message: 'bye' } });
  expect(record.status).toBe('invalid');
  expect(record.invalid_reasons).toEqual([`scheduler_exit: ${reason}: bye`]);
});

test('the baseline is valid only without any scheduler', () => {
  const none = { state: 'disabled', ops: null, enable_seq: 2 };
  expect(recordOf({ ops: null, before: none, after: none, exit: null }).status).toBe('success');
  const unsupported = { state: 'unsupported', ops: null, enable_seq: null };
  const changes = { ops: null, before: unsupported, after: unsupported, exit: null };
  expect(recordOf(changes).status).toBe('success');
});

test('a run with a failed task fails and names it', () => {
  const record = withGate({
    tasks: [
      TASK,
      { ...TASK, exit_code: 3, output_tail: 'a\nb' },
      TASK,
      { ...TASK, exit_code: null, signal: 9 },
    ],
  });
  expect(record.status).toBe('failed');
  expect(record.invalid_reasons).toEqual([
    'task_failed: short-02 exited with 3: b',
    'task_failed: long-01 was ended by signal 9',
  ]);
});

test('a timeout, an incomplete release and a wrong clock are told apart', () => {
  expect(withGate({ ending: 'timed_out' }).status).toBe('timeout');
  expect(withGate({ woken: 3 }).invalid_reasons[0]).toMatch(/^release_incomplete: /);
  expect(recordOf({}, [0.5, 0.6]).invalid_reasons[0]).toMatch(/^clock_wrong: /);
});

test('nor does a run count during which the machine was suspended', () => {
  expect(recordOf({}, [1, 1], 0.2).invalid_reasons).toEqual([]);
  expect(recordOf({}, [1, 1], 5).invalid_reasons).toEqual([
    'suspended: the machine was, for 5.0 s of the run',
  ]);
});

test('a clock is wrong when it cannot be right, not when it may be wrong', () => {
  expect(recordOf({}, [0.9, 1.1])).toMatchObject({
    ...{ invalid_reasons: [], proof: { clock_ratio: 1, clock_bounds: [0.9, 1.1] } },
  });
  expect(recordOf({}, [0.7, 0.99]).invalid_reasons).toEqual([]);
  expect(recordOf({}, [0.9, 0.97]).invalid_reasons).toEqual([
    "clock_wrong: the place's clock ran at 0.900 to 0.970 of ours",
  ]);
  expect(recordOf({}, [1.03, 1.2]).invalid_reasons).toHaveLength(1);
});

test('what never ran has no measurement', () => {
  const record = recordOf({
    gate: null,
    problem: { code: 'scheduler_rejected', message: 'the log' },
    exit: null,
  });
  expect(record).toMatchObject({ status: 'failed', makespan_s: 0, tasks: [] });
  expect(record.invalid_reasons).toEqual(['scheduler_rejected: the log']);
});

test('a scheduler that failed is told by both reasons, and by what they mean', () => {
  const measurement: Measurement = {
    ...{ ...GOOD, gate: null, ops: null },
    problem: { code: 'scheduler_rejected', message: 'the kernel did not enable it' },
    exit: { by: 'kernel', kind: 1024, reason: 'runtime error', message: 'ops.init() failed (-12)' },
  };
  const record = withDiagnosis(recordOf(measurement), measurement, 2);
  expect(checkDocument(runRecordSchema, record, 'a record')).toMatchObject({
    status: 'failed',
    invalid_reasons: [
      'scheduler_rejected: the kernel did not enable it',
      'scheduler_exit: runtime error: ops.init() failed (-12)',
    ],
    diagnosis: { code: 'init_failed', words: expect.stringContaining('ENOMEM') },
  });
  expect(withDiagnosis(recordOf(), GOOD, 2).diagnosis).toBeUndefined();
});

test('a scheduler that is merely wasteful keeps its run valid', () => {
  const measurement = { ...GOOD, kernel_memory_bytes: 2 ** 30 };
  expect(withDiagnosis(recordOf(measurement), measurement, 2)).toMatchObject({
    status: 'success',
    invalid_reasons: [],
    diagnosis: { code: 'kernel_memory_held' },
  });
});

test('a task that printed another result than its work has makes the run fail', () => {
  const right = { ...TASK, output: 'digest 1' };
  const long = { ...TASK, output: 'digest 2' };
  const third = { ...TASK, output: 'digest 3' };
  const good = withGate({ tasks: [right, right, third, long] });
  expect(good).toMatchObject({ status: 'success', proof: { output_checked: true } });
  expect(good.tasks.every((task) => task.output === undefined)).toBe(true);
  const bad = withGate({ tasks: [right, { ...right, output: '' }, third, right] });
  expect(bad.status).toBe('failed');
  expect(bad.invalid_reasons).toEqual([
    'wrong_result: short-02 printed "", not "digest 1"',
    'wrong_result: long-01 printed "digest 1", not "digest 2"',
  ]);
});
