// SPDX-License-Identifier: Apache-2.0
import { isCounted } from '../results/counted.ts';
import type { Summary } from '../results/experiment-record.ts';
import { readSamples, type StoredExperiment, type StoredRun } from '../results/read.ts';
import type { Sample } from '../results/run-record.ts';
import { readTrace, type Trace } from '../results/trace.ts';
import { distinctFileNames } from './file-names.ts';
import { representativeRun } from './representative-run.ts';

/** What the charts of a case show. */
export interface CaseView {
  readonly testId: string;
  /** Its name in file names. */
  readonly fileName: string;
  /** The baseline first. */
  readonly arms: readonly ArmView[];
}

export interface ArmView {
  readonly scheduler: string;
  readonly summary: Summary | null;
  /** Without those for warming up. */
  readonly runs: readonly StoredRun[];
  readonly valid: readonly StoredRun[];
  /** The representative run; null where none is valid. */
  readonly shown: StoredRun | null;
  /** Of the run shown; null where none is stored. */
  readonly trace: Trace | null;
  /** Of the run shown. */
  readonly samples: readonly Sample[];
}

/**
 * Looks up the runs of every arm of every case, and reads what belongs to those that are shown.
 * @throws LabError INVALID_INPUT when a trace is not what it should be
 */
export async function viewCases(stored: StoredExperiment): Promise<CaseView[]> {
  const cases = arrange(stored);
  const shown = cases.flatMap(({ arms }) => arms.flatMap((arm) => arm.shown ?? []));
  const samples = await readSamples(stored, new Set(shown.map((run) => run.index)));
  const traces = new Map<number, Trace | null>();
  for (const run of shown) traces.set(run.index, await readTrace(stored.folder, run));
  return cases.map((view) => ({
    ...view,
    arms: view.arms.map((arm) => ({
      ...arm,
      trace: (arm.shown && traces.get(arm.shown.index)) ?? null,
      samples: (arm.shown && samples.get(arm.shown.index)) ?? [],
    })),
  }));
}

/** The cases and their arms without what is stored beside the runs. */
export function arrange(stored: StoredExperiment): CaseView[] {
  const { experiment, runs } = stored;
  const testIds = [...new Set([...experiment.summaries, ...runs].map((entry) => entry.test_id))];
  const fileNames = distinctFileNames(testIds);
  return testIds.map((testId, place) => {
    const ofCase = runs.filter((run) => run.test_id === testId && !run.warm_up);
    const arms = armsOf(stored, testId).map((scheduler): ArmView => {
      const ofArm = ofCase.filter((run) => run.scheduler.name === scheduler);
      const isArm = (summary: Summary) =>
        summary.test_id === testId && summary.scheduler === scheduler;
      return {
        scheduler,
        summary: experiment.summaries.find(isArm) ?? null,
        runs: ofArm,
        valid: ofArm.filter(isCounted),
        shown: representativeRun(ofArm),
        trace: null,
        samples: [],
      };
    });
    return { testId, fileName: fileNames[place] as string, arms };
  });
}

/** The case's arms as the plan has them, the baseline first. */
export function armsOf({ experiment, runs }: StoredExperiment, testId: string): string[] {
  const { plan, summaries } = experiment;
  const named = [
    ...summaries.filter((summary) => summary.test_id === testId).map((arm) => arm.scheduler),
    ...plan.runs.filter((run) => run.test_id === testId).map((run) => run.scheduler),
    ...runs.filter((run) => run.test_id === testId).map((run) => run.scheduler.name),
  ];
  const first = named.includes(plan.baseline) ? [plan.baseline] : [];
  return [...new Set([...first, ...named])];
}
