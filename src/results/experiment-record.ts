// SPDX-License-Identifier: Apache-2.0
import Type, { type Static } from 'typebox';
import { tunablesSchema } from './run-record.ts';

const seconds = Type.Number({ minimum: 0 });
const count = Type.Integer({ minimum: 0 });
const interval = Type.Array(Type.Number(), { minItems: 2, maxItems: 2 });
const closed = { additionalProperties: false } as const;

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
    verdict: Type.Optional(verdictSchema),
    /** What the ideal schedule of the measured work would give over the baseline. */
    expected_improvement: Type.Optional(Type.Union([Type.Number(), Type.Null()])),
  },
  closed,
);

/** A fact that makes a result suspect, or a setting that could not be had. */
export const warningSchema = Type.Object(
  { code: Type.String(), message: Type.String(), run_index: Type.Optional(count) },
  closed,
);

/** How much work makes a short and a long task, and what a short one then cost. */
export const calibrationSchema = Type.Object(
  {
    test_id: Type.String(),
    short_units: Type.Integer({ minimum: 1 }),
    long_units: Type.Integer({ minimum: 1 }),
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

export const experimentPlanSchema = Type.Object(
  {
    cases: Type.Array(
      Type.Object(
        { test_id: Type.String(), name: Type.String(), short_tasks: count, long_tasks: count },
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
        { index: count, block: count, test_id: Type.String(), scheduler: Type.String() },
        closed,
      ),
    ),
    timeout_s: Type.Number({ exclusiveMinimum: 0 }),
    scale: Type.Number({ exclusiveMinimum: 0 }),
    monitor: Type.Boolean(),
  },
  closed,
);

/** experiment.json */
export const experimentRecordSchema = Type.Object(
  {
    schema: Type.Literal('schedlab.experiment/1'),
    name: Type.String(),
    created_at: Type.String(),
    status: Type.Union([
      Type.Literal('running'),
      Type.Literal('complete'),
      Type.Literal('interrupted'),
      Type.Literal('failed'),
    ]),
    versions: Type.Record(Type.String(), Type.String()),
    plan: experimentPlanSchema,
    machine: machineSchema,
    place: Type.Union([placeSchema, Type.Null()]),
    calibration: Type.Array(calibrationSchema),
    warnings: Type.Array(warningSchema),
    summaries: Type.Array(summarySchema),
  },
  closed,
);

export type Estimate = Static<typeof estimateSchema>;
export type Verdict = Static<typeof verdictSchema>;
export type Summary = Static<typeof summarySchema>;
export type Warning = Static<typeof warningSchema>;
export type Calibration = Static<typeof calibrationSchema>;
export type Place = Static<typeof placeSchema>;
export type Machine = Static<typeof machineSchema>;
export type ExperimentPlan = Static<typeof experimentPlanSchema>;
export type ExperimentRecord = Static<typeof experimentRecordSchema>;
