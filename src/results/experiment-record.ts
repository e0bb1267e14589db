// SPDX-License-Identifier: Apache-2.0
import Type, { type Static } from 'typebox';
import { gapSchema, tunablesSchema } from './run-record.ts';

const seconds = Type.Number({ minimum: 0 });
const count = Type.Integer({ minimum: 0 });
const units = Type.Integer({ minimum: 1 });
const interval = Type.Array(Type.Number(), { minItems: 2, maxItems: 2 });
const closed = { additionalProperties: false } as const;

/** The kernel's own watchdog lets a task wait so long, and takes no longer limit. */
export const LONGEST_WATCHDOG_S = 30;

/** Location and spread over an arm's valid runs; the interval is that of the mean. */
export const estimateSchema = Type.Object(
  { median: Type.Number(), mean: Type.Number(), stddev: Type.Number(), ci95: interval },
  closed,
);

export const verdictSchema = Type.Union([
  Type.Literal('faster'),
  Type.Literal('slower'),
  Type.Literal('no_difference_shown'),
  Type.Literal('not_enough_valid_runs'),
]);

const orNull = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Union([schema, Type.Null()]);

/** Over all tasks of a class in an arm's valid runs. */
const quantilesSchema = Type.Object(
  { median: seconds, p95: seconds, p99: seconds, last: seconds },
  closed,
);

/** One class under one arm, over the valid runs; null where the observer did not run. */
export const classFiguresSchema = Type.Object(
  {
    completion_s: quantilesSchema,
    /** Time a task was runnable and not running, in all. */
    wait_s: orNull(quantilesSchema),
    /** Sums of the runs' histograms: element i counts waits below 2^i microseconds. */
    wait_histogram: orNull(Type.Array(count)),
    /** Jain's index of the tasks' slowdown (completion / CPU time): 1 is equal, 1/n is one favoured. */
    fairness: Type.Number({ minimum: 0, maximum: 1 }),
    /** Means for a task. */
    voluntary_switches: Type.Number({ minimum: 0 }),
    involuntary_switches: Type.Number({ minimum: 0 }),
    preemptions: orNull(Type.Number({ minimum: 0 })),
    migrations: orNull(Type.Number({ minimum: 0 })),
  },
  closed,
);

/** How an arm used the CPUs; medians over the valid runs. */
export const cpuUseSchema = Type.Object(
  {
    idle_while_waiting_s: seconds,
    /** The busiest CPU's part of the tasks' CPU time; 1 / CPUs when all have the same. */
    busiest_share: Type.Number({ minimum: 0, maximum: 1 }),
    /** Standard deviation of the CPUs' busy time / its mean. */
    variation: Type.Number({ minimum: 0 }),
  },
  closed,
);

/** A run far from its arm's others, by the median absolute deviation. It counts all the same. */
export const outlierSchema = Type.Object(
  {
    run_index: count,
    /** Distance from the arm's median makespan in units of 1.4826 × MAD. */
    deviations: Type.Number(),
    /** What was odd about it; empty when nothing is known. */
    reasons: Type.Array(Type.String()),
  },
  closed,
);

/** One case under one arm. The estimates are null where no run was valid. */
export const summarySchema = Type.Object(
  {
    test_id: Type.String(),
    scheduler: Type.String(),
    baseline: Type.Boolean(),
    runs: count,
    invalid_runs: count,
    makespan_s: Type.Union([estimateSchema, Type.Null()]),
    makespan_ratio: Type.Union([estimateSchema, Type.Null()]),
    lower_bound_s: Type.Union([seconds, Type.Null()]),
    /** Median over the runs of the mean completion of the class's tasks. */
    short_completion_s: Type.Union([seconds, Type.Null()]),
    long_completion_s: Type.Union([seconds, Type.Null()]),
    improvement: Type.Optional(Type.Union([Type.Number(), Type.Null()])),
    improvement_ci95: Type.Optional(Type.Union([interval, Type.Null()])),
    p_value: Type.Optional(Type.Union([Type.Number(), Type.Null()])),
    /** p_value corrected by Holm for all the comparisons of the experiment; the verdict's. */
    p_value_adjusted: Type.Optional(Type.Union([Type.Number(), Type.Null()])),
    /** The least p_value_adjusted that this many blocks and comparisons can give. */
    least_p_value: Type.Optional(Type.Union([Type.Number(), Type.Null()])),
    /** Blocks in which both arms' runs are valid. */
    blocks: Type.Optional(count),
    /** The improvement that this many blocks with this much scatter show in 4 of 5 experiments. */
    smallest_detectable: Type.Optional(Type.Union([Type.Number(), Type.Null()])),
    verdict: Type.Optional(verdictSchema),
    /** What the ideal schedule of the measured work would give over the baseline. */
    expected_improvement: Type.Optional(Type.Union([Type.Number(), Type.Null()])),
    short: Type.Optional(orNull(classFiguresSchema)),
    long: Type.Optional(orNull(classFiguresSchema)),
    cpu_use: Type.Optional(orNull(cpuUseSchema)),
    /** Medians over the valid runs. */
    gap: Type.Optional(orNull(gapSchema)),
    outliers: Type.Optional(Type.Array(outlierSchema)),
    /** sched_ext's own counters, summed over the valid runs. */
    scheduler_events: Type.Optional(Type.Record(Type.String(), count, closed)),
  },
  closed,
);

/** A fact that makes a result suspect, or a setting that could not be had. */
export const warningSchema = Type.Object(
  { code: Type.String(), message: Type.String(), run_index: Type.Optional(count) },
  closed,
);

/** How much work makes each task, and what a short one then costs, in the mean. */
export const calibrationSchema = Type.Object(
  {
    test_id: Type.String(),
    /** Where all tasks of each class have the same. */
    short_units: Type.Optional(units),
    long_units: Type.Optional(units),
    /** Else each task's, by its id. */
    task_units: Type.Optional(Type.Record(Type.String(), units, closed)),
    short_cpu_s: seconds,
    /** True when the cost of the work was known from an earlier experiment. */
    reused: Type.Optional(Type.Boolean()),
  },
  closed,
);

/** Where the runs happened. */
export const placeSchema = Type.Object(
  {
    target: Type.Union([Type.Literal('host'), Type.Literal('vm')]),
    cpus: Type.Integer({ minimum: 1 }),
    memory_bytes: count,
    kernel_release: Type.String(),
    clock_source: Type.String(),
    /** `kvm`, `tcg`, or null on the host. */
    accelerator: Type.Union([Type.String(), Type.Null()]),
    qemu_version: Type.Union([Type.String(), Type.Null()]),
    /** Share of a host CPU that each virtual one may use while tasks run; null is no limit. */
    vcpu_limit: Type.Union([Type.Number(), Type.Null()]),
    /** Of the host, those that all that is measured may use, such as `0-2`; absent: all. */
    cpu_list: Type.Optional(Type.String()),
  },
  closed,
);

export const machineSchema = Type.Object(
  {
    cpu_model: Type.String(),
    cpus: count,
    memory_bytes: count,
    os: Type.String(),
    kernel_release: Type.String(),
  },
  closed,
);

/** When a case has enough blocks. */
export const ruleSchema = Type.Object(
  {
    /** Of the order of the arms in each block. */
    seed: Type.Integer({ minimum: 0 }),
    fewest_blocks: Type.Integer({ minimum: 1 }),
    most_blocks: Type.Integer({ minimum: 1 }),
    /** Half the width of the improvement's 95 % interval at which it is narrow enough; a fraction. */
    precision: Type.Number({ exclusiveMinimum: 0 }),
    /** No block of a case begins after it has taken this long; null is no limit. */
    max_time_s: Type.Union([Type.Number({ exclusiveMinimum: 0 }), Type.Null()]),
  },
  closed,
);

/** Why a case got no more blocks. */
export const caseEndSchema = Type.Object(
  {
    test_id: Type.String(),
    blocks: count,
    reason: Type.Union([
      Type.Literal('precise'),
      Type.Literal('most_blocks'),
      Type.Literal('max_time'),
      Type.Literal('too_few_valid'),
    ]),
  },
  closed,
);

/** What the command asked for, to go on with an experiment that was cut off. */
export const requestSchema = Type.Object(
  {
    case_file: Type.String(),
    baseline: Type.String(),
    /** As they were written; null, in older results: `own`. */
    schedulers: Type.Union([Type.Array(Type.String()), Type.Null()]),
    include_folders: Type.Array(Type.String()),
    /** Whom the tasks and their setup ran as; absent, in older results: root. */
    user: Type.Optional(
      Type.Object({ uid: Type.Integer({ minimum: 0 }), gid: Type.Integer({ minimum: 0 }) }, closed),
    ),
    /** What each task may have; null: all but what the place needs; absent in older results. */
    task_memory_bytes: Type.Optional(Type.Union([Type.Integer({ minimum: 1 }), Type.Null()])),
    task_processes: Type.Optional(Type.Integer({ minimum: 1 })),
    target: Type.Union([Type.Literal('host'), Type.Literal('vm')]),
    /** The guest's. */
    cpus: Type.Integer({ minimum: 1 }),
    /** How many of the host's the tasks may use; absent: all. */
    host_cpus: Type.Optional(Type.Integer({ minimum: 1 })),
    memory_bytes: count,
    kernel: Type.Union([Type.String(), Type.Null()]),
  },
  closed,
);

/** A stored experiment's arm against this one's: by how much the improvement has changed. */
export const againstSchema = Type.Object(
  {
    folder: Type.String(),
    created_at: Type.String(),
    comparisons: Type.Array(
      Type.Object(
        {
          test_id: Type.String(),
          scheduler: Type.String(),
          /** Improvement over its own baseline, then and now. */
          improvement_then: Type.Number(),
          improvement_now: Type.Number(),
          /** 1 − makespan now / makespan then, each held against its own baseline. */
          change: Type.Number(),
          change_ci95: interval,
          p_value: Type.Number({ minimum: 0, maximum: 1 }),
          /** Corrected by Holm for all of the comparisons. */
          p_value_adjusted: Type.Number({ minimum: 0, maximum: 1 }),
          verdict: verdictSchema,
        },
        closed,
      ),
    ),
  },
  closed,
);

/** A task of a case of which the numbers of tasks do not tell all. */
export const listedTaskSchema = Type.Object(
  {
    id: Type.String(),
    group: Type.String(),
    /** Multiplies the CPU time that a task of its group's class has. */
    size: Type.Number({ exclusiveMinimum: 0 }),
    /** Since the gate opened. */
    release_s: seconds,
  },
  closed,
);

export const experimentPlanSchema = Type.Object(
  {
    cases: Type.Array(
      Type.Object(
        {
          test_id: Type.String(),
          name: Type.String(),
          short_tasks: count,
          long_tasks: count,
          /** In the order in which they are forked; absent where the numbers of tasks tell all. */
          tasks: Type.Optional(Type.Array(listedTaskSchema)),
          /** Of what the tasks do and of their input: equal for the same work. */
          sha256: Type.Optional(Type.String()),
        },
        closed,
      ),
    ),
    baseline: Type.String(),
    schedulers: Type.Array(
      Type.Object(
        {
          name: Type.String(),
          object_sha256: Type.Union([Type.String(), Type.Null()]),
          tunables: tunablesSchema,
        },
        closed,
      ),
    ),
    runs: Type.Array(
      Type.Object(
        {
          index: count,
          block: count,
          test_id: Type.String(),
          scheduler: Type.String(),
          warm_up: Type.Optional(Type.Boolean()),
        },
        closed,
      ),
    ),
    timeout_s: Type.Number({ exclusiveMinimum: 0 }),
    scale: Type.Number({ exclusiveMinimum: 0 }),
    monitor: Type.Boolean(),
    /** The kernel timed the schedulers' callbacks, which costs a little; absent: not. */
    callback_times: Type.Optional(Type.Boolean()),
    /** How long tasks might wait under schedulers that do not say so; absent: 30, the kernel's own. */
    watchdog_s: Type.Optional(Type.Number({ exclusiveMinimum: 0 })),
    /** The runs are looked into, where that can be done; absent: not. */
    observe: Type.Optional(Type.Boolean()),
    /** `runs` is all that may be run; the rule says when a case has enough of them. */
    rule: Type.Optional(ruleSchema),
    request: Type.Optional(requestSchema),
  },
  closed,
);

/** How far an experiment, or a series of them, has come. */
export const statusSchema = Type.Union([
  Type.Literal('running'),
  Type.Literal('complete'),
  Type.Literal('interrupted'),
  Type.Literal('failed'),
]);

/** experiment.json */
export const experimentRecordSchema = Type.Object(
  {
    schema: Type.Literal('schedlab.experiment/1'),
    name: Type.String(),
    created_at: Type.String(),
    status: statusSchema,
    versions: Type.Record(Type.String(), Type.String(), closed),
    plan: experimentPlanSchema,
    machine: machineSchema,
    place: Type.Union([placeSchema, Type.Null()]),
    calibration: Type.Array(calibrationSchema),
    warnings: Type.Array(warningSchema),
    summaries: Type.Array(summarySchema),
    case_ends: Type.Optional(Type.Array(caseEndSchema)),
    against: Type.Optional(againstSchema),
  },
  closed,
);

export type Estimate = Static<typeof estimateSchema>;
export type Verdict = Static<typeof verdictSchema>;
export type Summary = Static<typeof summarySchema>;
export type ClassFigures = Static<typeof classFiguresSchema>;
export type CpuUse = Static<typeof cpuUseSchema>;
export type Outlier = Static<typeof outlierSchema>;
export type Rule = Static<typeof ruleSchema>;
export type Against = Static<typeof againstSchema>;
export type CaseEnd = Static<typeof caseEndSchema>;
export type Warning = Static<typeof warningSchema>;
export type Calibration = Static<typeof calibrationSchema>;
export type Place = Static<typeof placeSchema>;
export type Machine = Static<typeof machineSchema>;
export type ListedTask = Static<typeof listedTaskSchema>;
export type ExperimentPlan = Static<typeof experimentPlanSchema>;
export type ExperimentRecord = Static<typeof experimentRecordSchema>;
