// SPDX-License-Identifier: Apache-2.0
import type { StoredRun } from '../results/read.ts';
import type { Trace } from '../results/trace.ts';

const CPUS = 1;
const TASKS = 2;
/** Lines that are made at once. */
const CHUNK_EVENTS = 1000;

/**
 * A run's trace in the Trace Event format, which ui.perfetto.dev opens: a track for each CPU with
 * what it ran, and one for each task with its waits and slices. In pieces of the file.
 */
export function* traceEvents(run: StoredRun, trace: Trace): Generator<string> {
  const about = {
    test_id: run.test_id,
    scheduler: run.scheduler.name,
    run_index: run.index,
    makespan_s: run.makespan_s,
    lower_bound_s: run.lower_bound_s,
  };
  yield `{"displayTimeUnit":"ms","otherData":${JSON.stringify(about)},"traceEvents":[\n`;
  let lines: string[] = [];
  let isFirst = true;
  const flush = () => {
    const text = `${isFirst ? '' : ',\n'}${lines.join(',\n')}`;
    lines = [];
    isFirst = false;
    return text;
  };
  for (const event of events(run, trace)) {
    lines.push(event);
    if (lines.length === CHUNK_EVENTS) yield flush();
  }
  if (lines.length > 0) yield flush();
  yield '\n]}\n';
}

function* events(run: StoredRun, trace: Trace): Generator<string> {
  yield* names(run, trace);
  const { slices, others, tasks } = trace;
  const ids = tasks.map((id) => JSON.stringify(id));
  const cpuNames = Array.from({ length: trace.cpus }, (_, cpu) => `"on CPU ${cpu}"`);
  for (let i = 0; i < slices.task.length; i++) {
    const task = slices.task[i] as number;
    const cpu = slices.cpu[i] as number;
    const start = slices.start_us[i] as number;
    const duration = (slices.end_us[i] as number) - start;
    const wait = start - (slices.runnable_us[i] as number);
    yield stretch(CPUS, cpu, ids[task] as string, start, duration);
    if (wait > 0) yield stretch(TASKS, task, '"waits"', start - wait, wait);
    yield stretch(TASKS, task, cpuNames[cpu] as string, start, duration);
  }
  for (let i = 0; i < others.cpu.length; i++) {
    const start = others.start_us[i] as number;
    const duration = (others.end_us[i] as number) - start;
    yield stretch(CPUS, others.cpu[i] as number, '"others"', start, duration);
  }
}

/** Of the two groups of tracks and of the tracks, in the order in which they are to be shown. */
function* names(run: StoredRun, trace: Trace): Generator<string> {
  const classOf = new Map(run.tasks.map((task) => [task.id, task.class]));
  const longFirst = trace.tasks.map((id, task) => ({
    id,
    task,
    isLong: classOf.get(id) === 'long',
  }));
  longFirst.sort((a, b) => Number(b.isLong) - Number(a.isLong) || a.task - b.task);
  yield metadata('process_name', CPUS, 0, { name: `CPUs under ${run.scheduler.name}` });
  yield metadata('process_sort_index', CPUS, 0, { sort_index: CPUS });
  yield metadata('process_name', TASKS, 0, { name: `Tasks of ${run.test_id}` });
  yield metadata('process_sort_index', TASKS, 0, { sort_index: TASKS });
  for (let cpu = 0; cpu < trace.cpus; cpu++) {
    yield metadata('thread_name', CPUS, cpu, { name: `CPU ${cpu}` });
    yield metadata('thread_sort_index', CPUS, cpu, { sort_index: cpu });
  }
  for (const [place, { id, task }] of longFirst.entries()) {
    yield metadata('thread_name', TASKS, task, { name: id });
    yield metadata('thread_sort_index', TASKS, task, { sort_index: place });
  }
}

/** Numbers of tracks are made unique over both groups: some readers take them for the system's. */
function track(group: number, place: number): number {
  return group * 100_000 + place;
}

function metadata(name: string, group: number, place: number, args: object): string {
  return JSON.stringify({ ph: 'M', name, pid: group, tid: track(group, place), args });
}

/** A complete event ("X"); times in microseconds since the release. `name` is JSON already. */
function stretch(group: number, place: number, name: string, ts: number, dur: number): string {
  return `{"ph":"X","pid":${group},"tid":${track(group, place)},"name":${name},"ts":${ts},"dur":${dur}}`;
}
