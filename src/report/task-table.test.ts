// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import papaparse from 'papaparse';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { StoredRun } from '../results/read.ts';
import { storeSyntheticExperiment } from './synthetic-experiment.test-data.ts';
import { taskTable } from './task-table.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'schedlab-report-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function rowsOf(change: (run: StoredRun) => StoredRun = (run) => run) {
  const stored = await storeSyntheticExperiment(folder, {
    testIds: ['a'],
    arms: [{ name: 'default', goodness: 0 }],
    blocks: 60,
    observed: true,
    traced: 'representative',
    invalid: ({ block }) => block === 1,
  });
  const text = [...taskTable(stored.runs.map(change))].join('');
  const { data, errors } = papaparse.parse<Record<string, string>>(text.trimEnd(), {
    header: true,
  });
  expect(errors).toEqual([]);
  return { runs: stored.runs, rows: data, text };
}

test('has a line for each task of each run, invalid ones too', async () => {
  const { runs, rows } = await rowsOf();
  expect(rows).toHaveLength(60 * 40);
  const task = runs[0]?.tasks[0];
  const observed = runs[0]?.observation?.tasks[0];
  expect(rows[0]).toMatchObject({
    test_id: 'a',
    scheduler: 'default',
    run_index: '0',
    counted: '1',
    task_id: task?.id,
    task_class: 'short',
    end_s: String(task?.end_s),
    exit_code: '0',
    signal: '',
    observed_wait_s: String(observed?.wait_s),
  });
  expect(rows[40]).toMatchObject({ run_status: 'invalid', counted: '0' });
  // On one line of the table, whatever it is.
  expect(rows[40]?.invalid_reasons).toBe('scheduler_ejected: it | was\n<gone> `at` the end');
});

test.each(['=1+1', '+1', '-1', '@sum(a1)', '\t=1', '\r=1'])(
  'keeps a spreadsheet from computing %j',
  async (text) => {
    const { rows } = await rowsOf((run) => ({ ...run, test_id: text }));
    expect(rows[0]?.test_id).toBe(`'${text}`);
  },
);

test('quotes what would break a line or a cell, and leaves numbers numbers', async () => {
  const { rows, text } = await rowsOf((run) => ({
    ...run,
    test_id: 'a,"b"\nc',
    tasks: run.tasks.map((task) => ({
      ...task,
      scheduling: { policy: 'other', nice: -20, rt_priority: 0 },
    })),
  }));
  expect(rows[0]?.test_id).toBe('a,"b"\nc');
  expect(rows[0]?.nice).toBe('-20');
  expect(text).toContain('"a,""b""\nc",default,');
});
