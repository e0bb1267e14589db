// SPDX-License-Identifier: Apache-2.0
import Type, { type Static } from 'typebox';

const count = Type.Integer({ minimum: 0 });
const cpuCount = Type.Integer({ minimum: 1 });
const closed = { additionalProperties: false } as const;

/** Over the samples of task sizes: the median, and what 5 % of them are below and above. */
export const rangeSchema = Type.Object(
  { median: Type.Number(), p5: Type.Number(), p95: Type.Number() },
  closed,
);

export const policySchema = Type.Union([
  Type.Literal('fair'),
  Type.Literal('fair_per_cpu'),
  Type.Literal('fifo'),
  Type.Literal('fifo_to_completion'),
  Type.Literal('longest_first'),
  Type.Literal('lpt'),
  Type.Literal('ideal'),
]);

/** Tasks that are released one by one are not simulated. */
const reasonSchema = Type.Union([
  Type.Literal('no_valid_run'),
  Type.Literal('released_one_by_one'),
  Type.Literal('no_model'),
]);

const policyFiguresSchema = Type.Object(
  {
    policy: policySchema,
    makespan_ratio: rangeSchema,
    /** In seconds of the measured CPU time. */
    makespan_s: rangeSchema,
    /** Over `fair`, with the same sizes. */
    improvement: rangeSchema,
  },
  closed,
);

const onCpusSchema = Type.Object(
  {
    cpus: cpuCount,
    lower_bound_s: rangeSchema,
    /** What the makespan ratio of any list schedule is at worst. */
    worst_list_ratio: Type.Number(),
    /** The makespan of `lpt` / that of the best schedule without preemption, at worst. */
    worst_lpt_ratio: Type.Number(),
    policies: Type.Array(policyFiguresSchema),
  },
  closed,
);

/** What `schedlab predict` answers. */
export const predictionSchema = Type.Object(
  {
    schema: Type.Literal('schedlab.prediction/1'),
    folder: Type.String(),
    /** Under which the sizes were measured. */
    baseline: Type.String(),
    /** `drawn` with replacement from all measured ones, or those of each run as they are. */
    sizes: Type.Union([Type.Literal('drawn'), Type.Literal('of_each_run')]),
    seed: count,
    cases: Type.Array(
      Type.Object(
        {
          test_id: Type.String(),
          /** Valid runs of the baseline. */
          runs: count,
          /** Samples of sizes, each simulated under every policy. */
          samples: count,
          short_tasks: count,
          long_tasks: count,
          on_cpus: Type.Array(onCpusSchema),
        },
        closed,
      ),
    ),
    /** Cases of which nothing can be predicted. */
    left_out: Type.Array(Type.Object({ test_id: Type.String(), reason: reasonSchema }, closed)),
  },
  closed,
);

/** Predicted / measured makespan − 1, over runs; `worst` is the one furthest from 0. */
export const predictionErrorSchema = Type.Object(
  { mean: Type.Number(), stddev: Type.Number({ minimum: 0 }), worst: Type.Number() },
  closed,
);

/** What the model leaves out, as measured: means over the observed runs, / lower bound. */
const leftOutSchema = Type.Object(
  {
    runs: count,
    /** Until the last long task first ran. */
    late_start: Type.Number(),
    /** CPUs idle while tasks waited, / CPUs. */
    idle_while_waiting: Type.Number(),
    /** Others than the tasks had a CPU, / CPUs. */
    others: Type.Number(),
  },
  closed,
);

const validatedArmSchema = Type.Object(
  {
    folder: Type.String(),
    test_id: Type.String(),
    scheduler: Type.String(),
    policy: policySchema,
    cpus: cpuCount,
    runs: count,
    /** Means over the runs. */
    predicted_ratio: Type.Number(),
    measured_ratio: Type.Number(),
    error: predictionErrorSchema,
  },
  closed,
);

const validatedPolicySchema = Type.Object(
  {
    cpus: cpuCount,
    policy: policySchema,
    runs: count,
    error: predictionErrorSchema,
    left_out: Type.Union([leftOutSchema, Type.Null()]),
  },
  closed,
);

const validatedImprovementSchema = Type.Object(
  {
    folder: Type.String(),
    test_id: Type.String(),
    scheduler: Type.String(),
    policy: policySchema,
    cpus: cpuCount,
    /** From the sizes of the baseline's runs alone; the mean. */
    predicted: Type.Number(),
    measured: Type.Number(),
    measured_ci95: Type.Array(Type.Number(), { minItems: 2, maxItems: 2 }),
  },
  closed,
);

/** What `schedlab predict --validate` answers. */
export const validationSchema = Type.Object(
  {
    schema: Type.Literal('schedlab.validation/1'),
    arms: Type.Array(validatedArmSchema),
    policies: Type.Array(validatedPolicySchema),
    improvements: Type.Array(validatedImprovementSchema),
    /** Arms of which no run is validated. */
    left_out: Type.Array(
      Type.Object(
        {
          folder: Type.String(),
          test_id: Type.String(),
          scheduler: Type.String(),
          reason: reasonSchema,
        },
        closed,
      ),
    ),
  },
  closed,
);

export type Range = Static<typeof rangeSchema>;
export type PredictionDocument = Static<typeof predictionSchema>;
export type PredictedCase = PredictionDocument['cases'][number];
export type PredictionOnCpus = Static<typeof onCpusSchema>;
export type LeftOutReason = Static<typeof reasonSchema>;
export type PredictionError = Static<typeof predictionErrorSchema>;
export type LeftOut = Static<typeof leftOutSchema>;
export type ValidationDocument = Static<typeof validationSchema>;
export type ValidatedArm = Static<typeof validatedArmSchema>;
export type ValidatedPolicy = Static<typeof validatedPolicySchema>;
export type ValidatedImprovement = Static<typeof validatedImprovementSchema>;
