// SPDX-License-Identifier: Apache-2.0
import papaparse from 'papaparse';
import { isCounted } from '../results/counted.ts';
import type { StoredRun } from '../results/read.ts';
import type { Observation, TaskRecord } from '../results/run-record.ts';

type ObservedTask = Observation['tasks'][number];
type Cell = string | number | null | undefined;

/** Runs whose lines are made at once: so few that their text is short-lived to the collector. */
const CHUNK_RUNS = 8;
/** Most texts: there is nothing to be quoted in them, at which papaparse takes a while to look. */
const PLAIN = /^\w[\w.-]*$/;

/** Each column's name, with its unit, and its value: first what all tasks of a run share. */
const RUN_COLUMNS: readonly (readonly [name: string, value: (run: StoredRun) => Cell])[] = [
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
];

const TASK_COLUMNS: readonly (readonly [
  name: string,
  value: (task: TaskRecord, observed: ObservedTask | undefined) => Cell,
])[] = [
  ['task_id', (task) => task.id],
  ['task_class', (task) => task.class],
  ['release_s', (task) => task.release_s ?? 0],
  ['start_s', (task) => task.start_s],
  ['end_s', (task) => task.end_s],
  ['user_s', (task) => task.user_s],
  ['system_s', (task) => task.system_s],
  ['wait_s', (task) => task.wait_s],
  ['voluntary_switches', (task) => task.voluntary_switches],
  ['involuntary_switches', (task) => task.involuntary_switches],
  ['max_rss_bytes', (task) => task.max_rss_bytes],
  ['policy', (task) => task.scheduling?.policy],
  ['nice', (task) => task.scheduling?.nice],
  ['rt_priority', (task) => task.scheduling?.rt_priority],
  ['exit_code', (task) => task.exit_code],
  ['signal', (task) => task.signal],
  ['observed_cpu_s', (_, observed) => observed?.cpu_s],
  ['observed_wait_s', (_, observed) => observed?.wait_s],
  ['observed_slices', (_, observed) => observed?.slices],
  ['observed_preemptions', (_, observed) => observed?.preemptions],
  ['observed_migrations', (_, observed) => observed?.migrations],
];

/** All tasks of all runs as CSV, a line for each, in pieces. */
export function* taskTable(runs: readonly StoredRun[]): Generator<string> {
  yield `${csv([...RUN_COLUMNS, ...TASK_COLUMNS].map(([name]) => name))}\n`;
  for (let first = 0; first < runs.length; first += CHUNK_RUNS) {
    yield runs
      .slice(first, first + CHUNK_RUNS)
      .map(runLines)
      .join('');
  }
}

function runLines(run: StoredRun): string {
  if (run.tasks.length === 0) return '';
  // What the tasks share is made once, and put in front of every line.
  const shared = csv(RUN_COLUMNS.map(([, value]) => value(run)));
  const observed = new Map(run.observation?.tasks.map((task) => [task.id, task]));
  const lines = run.tasks.map((task) => {
    const seen = observed.get(task.id);
    return `${shared},${csv(TASK_COLUMNS.map(([, value]) => value(task, seen)))}\n`;
  });
  return lines.join('');
}

function csv(cells: readonly Cell[]): string {
  return cells.map(cellText).join(',');
}

function cellText(cell: Cell): string {
  if (cell === null || cell === undefined) return '';
  // String() would keep the texts for the next time: a hundred megabytes of them.
  if (typeof cell === 'number') return JSON.stringify(cell);
  if (PLAIN.test(cell)) return cell;
  // A text that a spreadsheet would take for a formula gets an apostrophe.
  return papaparse.unparse([[cell]], { escapeFormulae: true });
}
