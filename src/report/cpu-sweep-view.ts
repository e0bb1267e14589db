// SPDX-License-Identifier: Apache-2.0
import { isDeepStrictEqual } from 'node:util';
import { median } from 'simple-statistics';
import { isCounted } from '../results/counted.ts';
import type { ExperimentRecord, Summary } from '../results/experiment-record.ts';
import type { StoredExperiment } from '../results/read.ts';
import { distinctFileNames } from './file-names.ts';

/** One case over several CPU counts. */
export interface CaseOverCpus {
  readonly testId: string;
  /** Its name in file names. */
  readonly fileName: string;
  /** The baseline first. */
  readonly schedulers: readonly string[];
  /** Fewest CPUs first. */
  readonly points: readonly CpuPoint[];
}

export interface CpuPoint {
  readonly cpus: number;
  /** Of the experiment. */
  readonly folder: string;
  /** In the order of the schedulers; null for one that was not measured here. */
  readonly summaries: readonly (Summary | null)[];
  /** CPU time of the longest task / that of a median short one, under the baseline. */
  readonly skew: number | null;
}

/**
 * Why experiments are not one comparison at several CPU counts, in words; null when they are.
 * Those that never had a place of measurement are passed over.
 */
export function whyNoCpuSweep(experiments: readonly ExperimentRecord[]): string | null {
  const [first, ...others] = experiments.filter(({ place }) => place !== null);
  if (!first) return null;
  const counts = [first, ...others].map(({ place }) => place?.cpus);
  if (new Set(counts).size < counts.length) return 'two of them were measured on as many CPUs';
  for (const other of others) {
    const part = PARTS.find(([, of]) => !isDeepStrictEqual(of(first), of(other)));
    if (part) return `they differ in ${part[0]}`;
  }
  return null;
}

/** What must be the same at every CPU count. */
const PARTS: readonly (readonly [string, (experiment: ExperimentRecord) => unknown])[] = [
  ['the cases', ({ plan }) => plan.cases],
  ['the baseline', ({ plan }) => plan.baseline],
  ['the schedulers', ({ plan }) => plan.schedulers],
  ['the size of the work', ({ plan }) => plan.scale],
  ['the machine', ({ machine }) => machine],
  ['the kernel', ({ place }) => place?.kernel_release],
  ['the place of measurement', ({ place }) => [place?.target, place?.accelerator]],
];

/** The cases of experiments that are one sweep, each with a point for every experiment with a place. */
export function viewCpuSweep(experiments: readonly StoredExperiment[]): CaseOverCpus[] {
  const placed = experiments
    .flatMap((stored) => {
      const { place } = stored.experiment;
      return place ? [{ cpus: place.cpus, stored }] : [];
    })
    .toSorted((a, b) => a.cpus - b.cpus);
  const plan = placed[0]?.stored.experiment.plan;
  const testIds = plan?.cases.map(({ test_id }) => test_id) ?? [];
  const fileNames = distinctFileNames(testIds);
  return testIds.map((testId, place) => {
    const planned = plan?.runs.filter((run) => run.test_id === testId) ?? [];
    const names = new Set(planned.map(({ scheduler }) => scheduler));
    const schedulers = (plan?.schedulers ?? [])
      .map(({ name }) => name)
      .filter((name) => names.has(name))
      // The sort is stable: only the baseline moves.
      .sort((a, b) => Number(b === plan?.baseline) - Number(a === plan?.baseline));
    return {
      testId,
      fileName: fileNames[place] as string,
      schedulers,
      points: placed.map(({ cpus, stored }) => pointOf(stored, cpus, testId, schedulers)),
    };
  });
}

function pointOf(
  { folder, experiment, runs }: StoredExperiment,
  cpus: number,
  testId: string,
  schedulers: readonly string[],
): CpuPoint {
  const ofCase = experiment.summaries.filter((summary) => summary.test_id === testId);
  const skews = runs
    .filter((run) => run.test_id === testId && run.scheduler.name === schedulers[0])
    .filter(isCounted)
    .map((run) => run.process_analysis.skew_ratio);
  return {
    cpus,
    folder,
    summaries: schedulers.map((name) => ofCase.find((arm) => arm.scheduler === name) ?? null),
    skew: skews.length > 0 ? median(skews) : null,
  };
}

/** A scheduler beside the baseline at one CPU count: a line of the tables. */
export interface CpuRow {
  readonly testId: string;
  readonly cpus: number;
  readonly baseline: Summary | null;
  /** Null where nothing but the baseline was measured. */
  readonly arm: Summary | null;
  readonly skew: number | null;
  readonly folder: string;
  /** What the ideal schedule would give over the baseline; a fraction of its makespan. */
  readonly possible: number | null;
}

/** A line for each scheduler beside the baseline, at each CPU count of each case. */
export function cpuRows(cases: readonly CaseOverCpus[]): CpuRow[] {
  return cases.flatMap(({ testId, points }) =>
    points.flatMap(({ cpus, folder, summaries: [baseline = null, ...others], skew }) => {
      const ratio = baseline?.makespan_ratio?.median;
      const possible = ratio === undefined ? null : 1 - 1 / ratio;
      const arms = others.length > 0 ? others : [null];
      return arms.map((arm) => ({ testId, cpus, baseline, arm, skew, folder, possible }));
    }),
  );
}
