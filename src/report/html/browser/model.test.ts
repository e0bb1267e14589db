// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import type { Trace } from '../../../results/trace.ts';
import { packTrace } from '../pack-trace.ts';
import type { TaskBar } from '../report-data.ts';
import { coverageOf, stretches } from './coverage.ts';
import { describe, findSlice, neighbour } from './find-slice.ts';
import { laneAt, layOutLanes } from './lanes.ts';
import { type Model, modelOfBars, modelOfTrace } from './model.ts';
import { unpackTrace } from './unpack-trace.ts';

const TASKS: TaskBar[] = [
  { id: 'long-01', class: 'long', start_s: 0.001, end_s: 0.01, cpu_s: 0.006, wait_s: 0.003 },
  { id: 'short-01', class: 'short', start_s: 0, end_s: 0.004, cpu_s: 0.003, wait_s: 0.001 },
];
const TRACE: Trace = {
  schema: 'schedlab.trace/1',
  run_index: 0,
  cpus: 2,
  // In an order of its own.
  tasks: ['short-01', 'long-01'],
  slices: {
    task: [0, 1, 0, 1],
    cpu: [0, 1, 0, 1],
    runnable_us: [0, 0, 2000, 5000],
    start_us: [0, 1000, 3000, 6000],
    end_us: [2000, 5000, 4000, 10_000],
    preempted: [1, 0, 0, 0],
  },
  others: { cpu: [0], start_us: [5000], end_us: [7000] },
};

async function model(): Promise<Model> {
  return modelOfTrace(TASKS, await unpackTrace(packTrace(TRACE)));
}

const inSeconds = (value: number) => `${value.toFixed(3)} s`;

test('a trace comes out of its packing as it went in', async () => {
  const { slices, byCpu, byTask, others } = await model();
  expect([...slices.task]).toEqual([1, 0, 1, 0]);
  expect([...slices.start]).toEqual([0, 0.001, 0.003, 0.006]);
  expect([...slices.end]).toEqual([0.002, 0.005, 0.004, 0.01]);
  expect([...slices.wait]).toEqual([0, 0.001, 0.001, 0.001]);
  expect(byCpu.map(({ places }) => [...places])).toEqual([
    [0, 2],
    [1, 3],
  ]);
  expect(byTask.map(({ places }) => [...places])).toEqual([
    [1, 3],
    [0, 2],
  ]);
  expect(others[0]).toEqual([[0.005, 0.007]]);
});

test('says who is under the pointer: id, class, CPU, from when to when, and the wait before', async () => {
  const traced = await model();
  const lanes = layOutLanes(traced).list;
  const found = findSlice(traced, lanes[1] as never, 0.0075, 0);
  expect(describe(traced, found, inSeconds)).toEqual([
    'long-01 (long)',
    'CPU 1: 0.006 s – 0.010 s (4.000 ms)',
    'waited 1.000 ms before it',
    'in all: first ran 0.001 s, ended 0.010 s',
    'used 0.006 s of CPU time, waited 0.003 s',
  ]);
});

test('tells an idle CPU, others on a CPU and a task that does not run', async () => {
  const traced = await model();
  const [cpu0, , , short] = layOutLanes(traced).list;
  const at = (lane: unknown, time: number) =>
    describe(traced, findSlice(traced, lane as never, time, 0), inSeconds);
  expect(at(cpu0, 0.006)).toEqual(['CPU 0', 'others than the tasks']);
  expect(at(cpu0, 0.008)).toEqual(['CPU 0', 'idle']);
  expect(at(short, 0.0025).slice(0, 2)).toEqual(['short-01 (short)', 'not on a CPU here']);
});

test('finds a slice that is narrower than the reach, and steps to the next and the one before', async () => {
  const traced = await model();
  const lane = layOutLanes(traced).list[0] as never;
  expect(findSlice(traced, lane, 0.0029, 0.0002).slice).toBe(2);
  expect(findSlice(traced, lane, 0.0025, 0.0002).slice).toBeNull();
  expect(neighbour(traced, lane, 0, 1)).toBe(2);
  expect(neighbour(traced, lane, 0.003, -1)).toBe(0);
  expect(neighbour(traced, lane, 0.003, 1)).toBeNull();
});

test('without a trace a task is one slice, and there are no CPUs', () => {
  const bars = modelOfBars(TASKS);
  const { list } = layOutLanes(bars);
  expect(list.map(({ kind }) => kind)).toEqual(['task', 'task']);
  const found = findSlice(bars, list[0] as never, 0.005, 0);
  expect(describe(bars, found, inSeconds)[1]).toBe('first ran 0.001 s, ended 0.010 s');
});

test('a row is found by its height, and none between them', async () => {
  const lanes = layOutLanes(await model());
  const [first, , long] = lanes.list;
  expect(laneAt(lanes, (first?.top ?? 0) + 5)).toBe(0);
  expect(laneAt(lanes, (long?.top ?? 0) + 5)).toBe(2);
  expect(laneAt(lanes, 0)).toBeNull();
  expect(laneAt(lanes, lanes.bottom + 50)).toBeNull();
});

test('thousands of tasks still fit on a screen', () => {
  const tasks = Array.from({ length: 4000 }, (_, place) => ({
    ...(TASKS[1] as TaskBar),
    id: `short-${place}`,
  }));
  expect(layOutLanes(modelOfBars(tasks)).bottom).toBeLessThan(500);
});

test('columns are covered as much as slices take of their time', async () => {
  const traced = await model();
  // 10 ms on 4 columns of 2.5 ms each.
  const { short, long, waiting } = coverageOf(
    traced,
    traced.byTask[1] as never,
    { from: 0, to: 0.01 },
    4,
  );
  expect([...short].map((share) => share.toFixed(2))).toEqual(['0.80', '0.40', '0.00', '0.00']);
  expect([...long].every((share) => share === 0)).toBe(true);
  expect([...waiting].map((share) => share.toFixed(2))).toEqual(['0.20', '0.20', '0.00', '0.00']);
});

test('columns that are covered alike are drawn as one', () => {
  expect(stretches(Float32Array.of(0, 1, 1, 0.5, 0.015, 0, 0))).toEqual([
    { from: 1, to: 3, share: 1 },
    { from: 3, to: 4, share: 0.5 },
    { from: 4, to: 5, share: 1 / 64 },
  ]);
});
