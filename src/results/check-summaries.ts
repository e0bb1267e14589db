// SPDX-License-Identifier: Apache-2.0
import { isClose } from './check-run.ts';
import { isCounted } from './counted.ts';
import type { ExperimentRecord, Summary } from './experiment-record.ts';
import type { RunRecord } from './run-record.ts';

type Run = Pick<
  RunRecord,
  'test_id' | 'scheduler' | 'status' | 'warm_up' | 'block' | 'makespan_s' | 'makespan_ratio'
>;

/**
 * What in the summaries contradicts the runs; null when all fits. It finds lines that are missing,
 * and an experiment.json that belongs to another runs.ndjson although the plans are alike.
 */
export function summariesContradiction(
  { summaries, plan, status }: ExperimentRecord,
  runs: readonly Run[],
): string | null {
  // Until the end the summaries are behind the runs.
  if (status === 'running') return null;
  const armRuns = groupByArm(runs.filter((run) => !run.warm_up));
  for (const [place, summary] of summaries.entries()) {
    const own = armRuns.get(armKey(summary.test_id, summary.scheduler)) ?? [];
    const baseline = armRuns.get(armKey(summary.test_id, plan.baseline)) ?? [];
    const found = summaryContradiction(summary, own, baseline);
    if (found) return `/summaries/${place}${found}`;
  }
  return null;
}

function summaryContradiction(
  summary: Summary,
  runs: readonly Run[],
  baseline: readonly Run[],
): string | null {
  const valid = runs.filter(isCounted);
  if (summary.runs !== runs.length) {
    return `/runs is ${summary.runs}, but runs.ndjson has ${runs.length} of this case and scheduler`;
  }
  if (summary.invalid_runs !== runs.length - valid.length) {
    return `/invalid_runs is ${summary.invalid_runs}, but runs.ndjson has ${runs.length - valid.length}`;
  }
  for (const figure of ['makespan_s', 'makespan_ratio'] as const) {
    const stored = summary[figure]?.median ?? null;
    const measured = medianOf(valid.map((run) => run[figure]));
    const fits =
      stored === null || measured === null ? stored === measured : isClose(stored, measured);
    if (!fits)
      return `/${figure}/median is ${stored}, but that of the runs in runs.ndjson ${measured}`;
  }
  return improvementContradiction(summary, valid, baseline.filter(isCounted));
}

/** However blocks are averaged, the improvement lies between the least and the greatest block's. */
function improvementContradiction(
  { improvement, improvement_ci95: interval, verdict }: Summary,
  valid: readonly Run[],
  baseline: readonly Run[],
): string | null {
  if (improvement == null) return null;
  const partner = new Map(baseline.map((run) => [run.block, run.makespan_s]));
  const ofBlocks = valid.flatMap(({ block, makespan_s: makespan }) => {
    const other = partner.get(block);
    return other ? [1 - makespan / other] : [];
  });
  const least = ofBlocks.reduce((a, b) => Math.min(a, b), Infinity);
  const most = ofBlocks.reduce((a, b) => Math.max(a, b), -Infinity);
  if (improvement < least - 1e-6 || improvement > most + 1e-6 || ofBlocks.length === 0) {
    return `/improvement is ${improvement}, but the runs' blocks give ${ofBlocks.length === 0 ? 'none' : `${least} to ${most}`}`;
  }
  const [low, high] = interval ?? [];
  if (low !== undefined && high !== undefined && (improvement < low || improvement > high)) {
    return `/improvement is ${improvement}, outside of its own interval ${low} to ${high}`;
  }
  const isOpposite =
    (verdict === 'faster' && improvement < 0) || (verdict === 'slower' && improvement > 0);
  return isOpposite ? `/verdict is "${verdict}", but improvement ${improvement}` : null;
}

function groupByArm(runs: readonly Run[]): Map<string, Run[]> {
  const groups = new Map<string, Run[]>();
  for (const run of runs) {
    const key = armKey(run.test_id, run.scheduler.name);
    const group = groups.get(key);
    if (group) group.push(run);
    else groups.set(key, [run]);
  }
  return groups;
}

function armKey(testId: string, scheduler: string): string {
  return JSON.stringify([testId, scheduler]);
}

function medianOf(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  return low === undefined || high === undefined ? null : (low + high) / 2;
}
