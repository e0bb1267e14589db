// SPDX-License-Identifier: Apache-2.0
import type { ExperimentRecord } from './experiment-record.ts';
import { lowerBound } from './lower-bound.ts';
import type { RunRecord } from './run-record.ts';

type StoredFigures = Omit<RunRecord, 'samples'>;

/** What a run must fit to. */
export interface RunContext {
  readonly planned: ReadonlyMap<number, ExperimentRecord['plan']['runs'][number]>;
  /** null where it is not known. */
  readonly cpus: number | null;
  /** Index → line of the runs before this one. */
  readonly lines: ReadonlyMap<number, number>;
}

/** Figures that follow from others are stored with all digits; this much is rounding. */
const ROUNDING = 1e-6;

export function runContext(
  { plan, place }: ExperimentRecord,
  lines: ReadonlyMap<number, number>,
): RunContext {
  return {
    planned: new Map(plan.runs.map((run) => [run.index, run])),
    cpus: place?.cpus ?? null,
    lines,
  };
}

/**
 * What in a run contradicts the plan or the run's other figures; null when all fits. It finds what
 * was mixed up, and what was edited without care.
 */
export function contradiction(run: StoredFigures, context: RunContext): string | null {
  return planContradiction(run, context) ?? figureContradiction(run, context.cpus);
}

function planContradiction(run: StoredFigures, context: RunContext): string | null {
  const { index, block, test_id: testId, scheduler } = run;
  const line = context.lines.get(index);
  if (line !== undefined) return `/index is ${index}, like line ${line}'s`;
  const planned = context.planned.get(index);
  if (!planned) return `/index is ${index}, a run that the plan in experiment.json does not have`;
  const fits =
    planned.test_id === testId && planned.scheduler === scheduler.name && planned.block === block;
  if (fits) return null;
  return (
    `run ${index} is ${quoted(testId, scheduler.name)} in block ${block}; in the plan in ` +
    `experiment.json it is ${quoted(planned.test_id, planned.scheduler)} in block ${planned.block}`
  );
}

function quoted(testId: string, scheduler: string): string {
  return `${JSON.stringify(testId)} under ${JSON.stringify(scheduler)}`;
}

function figureContradiction(run: StoredFigures, cpus: number | null): string | null {
  const { makespan_s: makespan, lower_bound_s: bound, tasks } = run;
  const lastEnd = tasks.reduce((latest, task) => Math.max(latest, task.end_s), 0);
  if (!isClose(makespan, lastEnd)) {
    return `/makespan_s is ${makespan}, but the last task ended at ${lastEnd}`;
  }
  if (!isClose(run.test_time, makespan)) {
    return `/test_time is ${run.test_time}, but makespan_s ${makespan}`;
  }
  // On no matter how many CPUs, where that is not known.
  const expected = lowerBound(tasks, cpus ?? Infinity);
  if (cpus === null ? bound < expected - ROUNDING : !isClose(bound, expected)) {
    return `/lower_bound_s is ${bound}, but the tasks' CPU times give ${expected}`;
  }
  if (!isClose(run.makespan_ratio, bound > 0 ? makespan / bound : 0)) {
    return `/makespan_ratio is ${run.makespan_ratio}, but makespan_s / lower_bound_s ${makespan / bound}`;
  }
  return run.status === 'success' ? taskContradiction(run) : null;
}

/** In a run that counts, every task began and ended. */
function taskContradiction({ tasks }: StoredFigures): string | null {
  if (tasks.length === 0) return '/status is "success", but there are no tasks';
  const ids = new Set<string>();
  for (const [
    place,
    { id, release_s: release = 0, start_s: start, end_s: end },
  ] of tasks.entries()) {
    if (ids.has(id)) return `/tasks/${place}/id is ${JSON.stringify(id)}, like another task's`;
    ids.add(id);
    if (end < start) return `/tasks/${place}/end_s is ${end}, before its start_s ${start}`;
    if (start < release) {
      return `/tasks/${place}/start_s is ${start}, before its release_s ${release}`;
    }
  }
  return null;
}

export function isClose(a: number, b: number): boolean {
  return (
    Number.isFinite(a - b) && Math.abs(a - b) <= ROUNDING * Math.max(1, Math.abs(a), Math.abs(b))
  );
}
