// SPDX-License-Identifier: Apache-2.0
import type { StoredExperiment, StoredRun } from '../../results/read.ts';
import { traceFile } from '../../results/trace.ts';
import type { ArmView, CaseView } from '../case-view.ts';
import { orderTasks } from '../timeline-panel.ts';
import { thinOut } from './class-figures.ts';
import { outliersByRun } from './outliers.ts';
import type { ArmData, CaseData, ReportData, RunLine, TimelineData } from './report-data.ts';

/** So many points make a smooth curve. */
const MOST_POINTS = 200;

/** What the page's script draws; `traces` are packed, by the index of their run. */
export function reportData(
  stored: StoredExperiment,
  cases: readonly CaseView[],
  traces: ReadonlyMap<number, string>,
): ReportData {
  return {
    cases: cases.map((view) => caseData(stored, view, traces)),
    runs: runLines(stored),
  };
}

function caseData(
  { experiment }: StoredExperiment,
  { testId, arms }: CaseView,
  traces: ReadonlyMap<number, string>,
): CaseData {
  const hasBaseline = arms[0]?.scheduler === experiment.plan.baseline;
  return {
    testId,
    arms: arms.map((arm, place) => armData(arm, hasBaseline ? place : place + 1, traces)),
  };
}

function armData(
  { scheduler, summary, valid, shown }: ArmView,
  colour: number,
  traces: ReadonlyMap<number, string>,
): ArmData {
  const ends = (taskClass: string) => {
    const tasks = valid.flatMap((run) => run.tasks.filter((task) => task.class === taskClass));
    const sorted = tasks.map((task) => task.end_s).toSorted((a, b) => a - b);
    return thinOut(sorted, MOST_POINTS).map(short);
  };
  const others = valid.filter((run) => run !== shown && traces.has(run.index));
  return {
    scheduler,
    colour,
    completion: { short: ends('short'), long: ends('long') },
    waits: {
      short: summary?.short?.wait_histogram ?? null,
      long: summary?.long?.wait_histogram ?? null,
    },
    timelines: [...(shown ? [shown] : []), ...others].map((run) =>
      timelineData(run, traces.get(run.index) ?? null),
    ),
  };
}

function timelineData(run: StoredRun, trace: string | null): TimelineData {
  return {
    run: run.index,
    makespan_s: run.makespan_s,
    lower_bound_s: run.lower_bound_s,
    tasks: orderTasks(run.tasks).map((task) => ({
      id: task.id,
      class: task.class,
      ...(task.release_s ? { release_s: task.release_s } : {}),
      start_s: task.start_s,
      end_s: task.end_s,
      cpu_s: short(task.user_s + task.system_s),
      wait_s: task.wait_s,
    })),
    trace,
  };
}

function runLines({ experiment, runs }: StoredExperiment): RunLine[] {
  const outliers = outliersByRun(experiment);
  const warnings = new Map<number, string[]>();
  for (const { run_index: index, code, message } of experiment.warnings) {
    if (index === undefined) continue;
    warnings.set(index, [...(warnings.get(index) ?? []), `${code}: ${message}`]);
  }
  return runs.map((run) => {
    const outlier = outliers.get(run.index);
    return {
      run: run.index,
      testId: run.test_id,
      scheduler: run.scheduler.name,
      block: run.block,
      status: run.warm_up ? 'warm-up' : run.status,
      makespan_s: short(run.makespan_s),
      lower_bound_s: short(run.lower_bound_s),
      ratio: short(run.makespan_ratio),
      outlier: outlier ? short(outlier.deviations) : null,
      notes: [
        ...(run.diagnosis ? [`${run.diagnosis.code}: ${run.diagnosis.words}`] : []),
        ...run.invalid_reasons,
        ...(outlier?.reasons ?? []),
        ...(warnings.get(run.index) ?? []),
      ],
      trace: run.trace ? traceFile(run.index) : null,
    };
  });
}

/** Six digits are more than any figure here is good for. */
function short(value: number): number {
  return Number(value.toPrecision(6));
}
