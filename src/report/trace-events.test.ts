// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { StoredRun } from '../results/read.ts';
import type { Trace } from '../results/trace.ts';
import { viewCases } from './case-view.ts';
import { storeSyntheticExperiment } from './synthetic-experiment.test-data.ts';
import { traceEvents } from './trace-events.ts';

interface Event {
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  readonly name: string;
  readonly ts?: number;
  readonly dur?: number;
  readonly args?: { readonly name?: string };
}

let folder: string;
let run: StoredRun;
let trace: Trace;
let events: Event[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'schedlab-report-'));
  const stored = await storeSyntheticExperiment(folder, {
    testIds: ['a "quoted" case'],
    arms: [{ name: 'default', goodness: 0 }],
    blocks: 1,
    observed: true,
  });
  const arm = (await viewCases(stored))[0]?.arms[0];
  run = arm?.shown as StoredRun;
  trace = arm?.trace as Trace;
  events = JSON.parse([...traceEvents(run, trace)].join('')).traceEvents;
});

afterAll(() => rm(folder, { recursive: true }));

test('is one JSON object that says what it is about', () => {
  const document = JSON.parse([...traceEvents(run, trace)].join(''));
  expect(document.otherData).toMatchObject({ test_id: 'a "quoted" case', run_index: 0 });
});

test('names two groups of tracks, and every track', () => {
  const named = (name: string) => events.filter((event) => event.ph === 'M' && event.name === name);
  expect(named('process_name').map(({ args }) => args?.name)).toEqual([
    'CPUs under default',
    'Tasks of a "quoted" case',
  ]);
  const tracks = named('thread_name').map(({ args }) => args?.name);
  expect(tracks.slice(0, 5)).toEqual(['CPU 0', 'CPU 1', 'CPU 2', 'CPU 3', 'long-01']);
  expect(tracks).toHaveLength(4 + 40);
  expect(new Set(events.map(({ tid }) => tid)).size).toBe(4 + 40);
});

test('gives each slice to its CPU and its task, in microseconds, and nothing overlaps', () => {
  const complete = events.filter(({ ph }) => ph === 'X');
  const onCpus = complete.filter(({ pid, name }) => pid === 1 && name !== 'others');
  expect(onCpus).toHaveLength(trace.slices.task.length);
  const makespanUs = run.makespan_s * 1e6;
  const freeAt = new Map<number, number>();
  for (const { tid, ts = -1, dur = -1 } of complete.toSorted(
    (a, b) => Number(a.ts) - Number(b.ts),
  )) {
    expect(dur).toBeGreaterThanOrEqual(0);
    // Microseconds are rounded.
    expect(ts).toBeGreaterThanOrEqual((freeAt.get(tid) ?? 0) - 1);
    freeAt.set(tid, ts + dur);
    expect(ts + dur).toBeLessThanOrEqual(makespanUs + 1);
  }
  const ranUs = onCpus.reduce((sum, { dur = 0 }) => sum + dur, 0);
  const cpuUs = run.tasks.reduce((sum, task) => sum + 1e6 * (task.user_s + task.system_s), 0);
  expect(ranUs / cpuUs).toBeCloseTo(1, 3);
});
