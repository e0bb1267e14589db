// SPDX-License-Identifier: Apache-2.0
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { RunRecord } from './run-record.ts';
import { readTrace, type Trace, traceFile, writeTrace } from './trace.ts';

const TRACE: Trace = {
  schema: 'schedlab.trace/1',
  run_index: 3,
  cpus: 2,
  tasks: ['short-01', 'long-01'],
  slices: {
    task: [0, 1],
    cpu: [0, 1],
    runnable_us: [0, 0],
    start_us: [1, 2],
    end_us: [5, 9],
    preempted: [0, 0],
  },
  others: { cpu: [1], start_us: [0], end_us: [2] },
};
const RUN = {
  index: 3,
  trace: { file: '../../etc/passwd', slices: 2 },
  tasks: [{ id: 'short-01' }, { id: 'long-01' }] as RunRecord['tasks'],
};

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trace-'));
  await mkdir(join(folder, 'traces'));
});
afterEach(() => rm(folder, { recursive: true }));

test('gives back what was written, from the place that belongs to the run', async () => {
  await writeTrace(folder, TRACE);
  expect(await readTrace(folder, RUN)).toEqual(TRACE);
  expect(await readTrace(folder, { index: 3, tasks: RUN.tasks })).toBeNull();
});

const slices = (change: Partial<Trace['slices']>) => ({
  ...TRACE,
  slices: { ...TRACE.slices, ...change },
});

test.each<[string, unknown, RegExp]>([
  [
    'of another run',
    { ...TRACE, run_index: 4 },
    /run-3\.json\.gz: \/run_index is 4, in the trace of run 3/,
  ],
  [
    'from a newer version',
    { ...TRACE, schema: 'schedlab.trace/2' },
    /run-3\.json\.gz: \/schema is "schedlab\.trace\/2", from a newer schedlab/,
  ],
  [
    'with a foreign task',
    { ...TRACE, tasks: ['short-01', 'x'] },
    /\/tasks names "x", which the run lacks/,
  ],
  ['with uneven columns', slices({ cpu: [0] }), /\/slices has columns of different lengths/],
  [
    'with uneven columns of others',
    { ...TRACE, others: { ...TRACE.others, cpu: [] } },
    /\/others has col/,
  ],
  [
    'with a task too many',
    slices({ task: [0, 2] }),
    /\/slices\/task\/1 is a task that \/tasks does not/,
  ],
  ['with a CPU too many', slices({ cpu: [0, 2] }), /\/slices\/cpu\/1 is not below 2/],
  [
    'with a slice that ends before it starts',
    slices({ end_us: [0, 9] }),
    /\/slices\/end_us\/0 is before/,
  ],
  [
    'with a time that is no whole number',
    slices({ end_us: [0.5, 9] }),
    /\/slices\/end_us\/0 must be integer/,
  ],
  [
    'with fewer slices than the run says',
    {
      ...TRACE,
      slices: { task: [], cpu: [], runnable_us: [], start_us: [], end_us: [], preempted: [] },
    },
    /\/slices has 0, its run says 2/,
  ],
])('refuses a trace %s', async (_, trace, message) => {
  const content = gzipSync(JSON.stringify(trace));
  await writeFile(join(folder, traceFile(3)), content);
  await expect(readTrace(folder, RUN)).rejects.toThrow(message);
  await expect(readTrace(folder, RUN)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
});

test.each<[string, Buffer, RegExp]>([
  ['is no gzip', Buffer.from('{}'), /Cannot read the trace .*run-3\.json\.gz/],
  ['is cut short', gzipSync(JSON.stringify(TRACE)).subarray(0, 60), /Cannot read the trace/],
  ['is no UTF-8', gzipSync(Buffer.from([0x22, 0xff, 0x22])), /run-3\.json\.gz: not UTF-8 text/],
])('refuses a file that %s', async (_, content, message) => {
  await writeFile(join(folder, traceFile(3)), content);
  await expect(readTrace(folder, RUN)).rejects.toThrow(message);
});
