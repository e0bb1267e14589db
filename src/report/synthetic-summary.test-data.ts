// SPDX-License-Identifier: Apache-2.0
import type { ClassFigures, Summary } from '../results/experiment-record.ts';
import type { RunRecord, TaskRecord } from '../results/run-record.ts';
import { comparePaired } from '../stats/compare.ts';
import { estimate } from '../stats/estimate.ts';

/** What experiment/summarise.ts does, in short; report/ must not import it. */
export function syntheticSummary(
  runs: readonly RunRecord[],
  testId: string,
  scheduler: string,
  baseline: string,
): Summary {
  const ofArm = (arm: string) =>
    runs.filter((run) => run.test_id === testId && run.scheduler.name === arm);
  const valid = ofArm(scheduler).filter((run) => run.status === 'success');
  const of = (value: (run: RunRecord) => number) => {
    if (valid.length === 0) return null;
    const result = estimate(valid.map(value));
    return { ...result, ci95: [...result.ci95] };
  };
  const endOf = (taskClass: string) => (run: RunRecord) =>
    estimate(run.tasks.filter((task) => task.class === taskClass).map((task) => task.end_s)).mean;
  const pairs = valid.flatMap((run) => {
    const partner = ofArm(baseline).find((other) => other.block === run.block);
    return partner?.status === 'success'
      ? [{ baseline: partner.makespan_s, candidate: run.makespan_s }]
      : [];
  });
  const compared = scheduler !== baseline && pairs.length >= 3 ? comparePaired(pairs) : null;
  const [low, high] = compared?.ci95 ?? [0, 0];
  const verdict = low > 0 ? 'faster' : high < 0 ? 'slower' : 'no_difference_shown';
  return {
    test_id: testId,
    scheduler,
    baseline: scheduler === baseline,
    runs: ofArm(scheduler).length,
    invalid_runs: ofArm(scheduler).length - valid.length,
    makespan_s: of((run) => run.makespan_s),
    makespan_ratio: of((run) => run.makespan_ratio),
    lower_bound_s: of((run) => run.lower_bound_s)?.median ?? null,
    short_completion_s: of(endOf('short'))?.median ?? null,
    long_completion_s: of(endOf('long'))?.median ?? null,
    ...(scheduler === baseline
      ? {}
      : {
          improvement: compared?.improvement ?? null,
          improvement_ci95: compared ? [low, high] : null,
          p_value: compared?.pValue ?? null,
          verdict: compared ? verdict : 'not_enough_valid_runs',
          expected_improvement: 0.43,
          ...(valid[0]?.observation
            ? {
                p_value_adjusted: compared ? Math.min(1, 2 * compared.pValue) : null,
                least_p_value: 2 ** (2 - pairs.length),
                blocks: pairs.length,
                smallest_detectable: 0.021,
              }
            : {}),
        }),
    ...(valid[0]?.observation ? observedSummary(valid) : {}),
  };
}

function observedSummary(valid: readonly RunRecord[]): Partial<Summary> {
  const makespans = valid.map((run) => run.makespan_s).toSorted((a, b) => a - b);
  const centre = makespans[makespans.length >> 1] as number;
  return {
    short: classFigures(valid, 'short'),
    long: classFigures(valid, 'long'),
    cpu_use: { idle_while_waiting_s: 0.01, busiest_share: 0.27, variation: 0.08 },
    gap: valid[0]?.gap ?? null,
    outliers: valid
      .filter((run) => run.block === 3 && run.makespan_s > 1.1 * centre)
      .map((run) => ({
        run_index: run.index,
        deviations: 5.2,
        reasons: ['the host took 9 % of the time'],
      })),
    scheduler_events: { SCX_EV_SELECT_CPU_FALLBACK: 3 * valid.length },
  };
}

function classFigures(valid: readonly RunRecord[], taskClass: TaskRecord['class']): ClassFigures {
  const tasks = valid.flatMap((run) => run.tasks.filter((task) => task.class === taskClass));
  const quantiles = (values: readonly number[]) => {
    const sorted = values.toSorted((a, b) => a - b);
    const at = (share: number) => sorted[Math.ceil(share * sorted.length) - 1] as number;
    return { median: at(0.5), p95: at(0.95), p99: at(0.99), last: at(1) };
  };
  const per = (total: number) => total / tasks.length;
  const sum = (value: (task: TaskRecord) => number) =>
    tasks.reduce((all, task) => all + value(task), 0);
  return {
    completion_s: quantiles(tasks.map((task) => task.end_s)),
    wait_s: quantiles(tasks.map((task) => task.wait_s)),
    wait_histogram: null,
    fairness: 0.93,
    voluntary_switches: per(sum((task) => task.voluntary_switches)),
    involuntary_switches: per(sum((task) => task.involuntary_switches)),
    preemptions: per(sum((task) => task.involuntary_switches)),
    migrations: 12,
  };
}
