// SPDX-License-Identifier: Apache-2.0
import { median } from 'simple-statistics';
import { NOISE_LIMITS } from '../machine/noise.ts';
import type { Outlier } from '../results/experiment-record.ts';
import type { RunRecord } from '../results/run-record.ts';
import { outliers } from '../stats/outliers.ts';

/** Makespans that differ by less than this share are never odd. */
const LEAST_DEVIATION = 0.02;
/** CPU time of the same work beyond this share of the usual means that the CPUs were not as usual. */
const UNUSUAL_CPU_TIME = 0.05;

/** An arm's valid runs whose makespan is far from the others', with the reasons it might have. */
export function oddRuns(runs: readonly RunRecord[]): Outlier[] {
  const makespans = runs.map((run) => run.makespan_s);
  const least = LEAST_DEVIATION * (runs.length > 0 ? median(makespans) : 0);
  return outliers(makespans, least).map(({ place, deviations }) => {
    const run = runs[place] as RunRecord;
    return { run_index: run.index, deviations, reasons: reasonsOf(run, runs) };
  });
}

function reasonsOf(run: RunRecord, runs: readonly RunRecord[]): string[] {
  const reasons: string[] = [];
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  const usual = median(runs.map(totalCpuTime));
  const excess = totalCpuTime(run) / usual - 1;
  if (Math.abs(excess) > UNUSUAL_CPU_TIME) {
    const how = excess > 0 ? 'more' : 'less';
    reasons.push(`the work took ${percent(Math.abs(excess))} ${how} CPU time than usual`);
  }
  const { steal_share: steal, other_load_share: load } = run.noise ?? {};
  if (steal != null && steal > NOISE_LIMITS.steal_share) {
    reasons.push(`the machine's host took ${percent(steal)} of its CPU time`);
  }
  if (load != null && load > NOISE_LIMITS.other_load_share) {
    reasons.push(`others used ${percent(load)} of the machine`);
  }
  if (runs.findIndex(({ boot }) => boot === run.boot) === runs.indexOf(run) && run.boot > 0) {
    reasons.push('it was the first in a new guest');
  }
  return reasons;
}

function totalCpuTime({ tasks }: RunRecord): number {
  return tasks.reduce((sum, { user_s, system_s }) => sum + user_s + system_s, 0);
}
