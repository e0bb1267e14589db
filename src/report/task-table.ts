// SPDX-License-Identifier: Apache-2.0
import papaparse from 'papaparse';
import { isCounted } from '../results/counted.ts';
import type { StoredRun } from '../results/read.ts';
import type { Observation, TaskRecord } from '../results/run-record.ts';

type ObservedTask = Observation['tasks'][number];
type Cell = string | number | null | undefined;

/** Runs whose lines are made at once. */
const CHUNK_RUNS = 50;

/** A column's name, with its unit, and its value. */
const COLUMNS: readonly (readonly [
  name: string,
  value: (run: StoredRun, task: TaskRecord, observed: ObservedTask | undefined) => Cell,
])[] = [
  ['test_id', (run) => run.test_id],
  ['scheduler', (run) => run.scheduler.name],
  ['tunables', (run) => run.scheduler.tunables?.join(' ')],
  ['run_index', (run) => run.index],
  ['block', (run) => run.block],
  ['started_at_utc', (run) => run.started_at],
  ['run_status', (run) => run.status],
  ['counted', (run) => (isCounted(run) ? 1 : 0)],
  ['invalid_reasons', (run) => run.invalid_reasons.join('; ')],
  ['makespan_s', (run) => run.makespan_s],
  ['lower_bound_s', (run) => run.lower_bound_s],
  ['task_id', (_, task) => task.id],
  ['task_class', (_, task) => task.class],
  ['start_s', (_, task) => task.start_s],
  ['end_s', (_, task) => task.end_s],
  ['user_s', (_, task) => task.user_s],
  ['system_s', (_, task) => task.system_s],
  ['wait_s', (_, task) => task.wait_s],
  ['voluntary_switches', (_, task) => task.voluntary_switches],
  ['involuntary_switches', (_, task) => task.involuntary_switches],
  ['max_rss_bytes', (_, task) => task.max_rss_bytes],
  ['policy', (_, task) => task.scheduling?.policy],
  ['nice', (_, task) => task.scheduling?.nice],
  ['rt_priority', (_, task) => task.scheduling?.rt_priority],
  ['exit_code', (_, task) => task.exit_code],
  ['signal', (_, task) => task.signal],
  ['observed_cpu_s', (_run, _task, observed) => observed?.cpu_s],
  ['observed_wait_s', (_run, _task, observed) => observed?.wait_s],
  ['observed_slices', (_run, _task, observed) => observed?.slices],
  ['observed_preemptions', (_run, _task, observed) => observed?.preemptions],
  ['observed_migrations', (_run, _task, observed) => observed?.migrations],
];

/** All tasks of all runs as CSV, a line for each, in pieces. */
export function* taskTable(runs: readonly StoredRun[]): Generator<string> {
  yield csv([COLUMNS.map(([name]) => name)]);
  for (let first = 0; first < runs.length; first += CHUNK_RUNS) {
    const rows = runs.slice(first, first + CHUNK_RUNS).flatMap(taskRows);
    if (rows.length > 0) yield csv(rows);
  }
}

function taskRows(run: StoredRun): Cell[][] {
  const observed = new Map(run.observation?.tasks.map((task) => [task.id, task]));
  return run.tasks.map((task) =>
    COLUMNS.map(([, value]) => value(run, task, observed.get(task.id))),
  );
}

function csv(rows: Cell[][]): string {
  // A text that a spreadsheet would take for a formula gets an apostrophe; numbers stay numbers.
  return `${papaparse.unparse(rows, { escapeFormulae: true, newline: '\n' })}\n`;
}
