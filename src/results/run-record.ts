// SPDX-License-Identifier: Apache-2.0
import Type, { type Static } from 'typebox';

const seconds = Type.Number({ minimum: 0, description: 'a number of seconds, 0 or more' });
const count = Type.Integer({ minimum: 0, description: 'a whole number, 0 or more' });
const closed = { additionalProperties: false } as const;

/** What was set in a scheduler, each `NAME=VALUE`; absent when nothing was. */
export const tunablesSchema = Type.Optional(Type.Array(Type.String()));

/**
 * Which scheduler a run was under. `ops` is what the kernel called it, null for its own;
 * `object_sha256` is null where we loaded no object.
 */
export const schedulerIdentitySchema = Type.Object(
  {
    name: Type.String({ minLength: 1 }),
    ops: Type.Union([Type.String(), Type.Null()]),
    object_sha256: Type.Union([Type.String(), Type.Null()]),
    tunables: tunablesSchema,
  },
  closed,
);

/** How the kernel schedules a task. */
export const schedulingSchema = Type.Object(
  {
    policy: Type.Union([
      Type.Literal('other'),
      Type.Literal('batch'),
      Type.Literal('idle'),
      Type.Literal('fifo'),
      Type.Literal('rr'),
      Type.Literal('deadline'),
      Type.Literal('ext'),
      Type.Literal('unknown'),
    ]),
    nice: Type.Integer({ minimum: -20, maximum: 19 }),
    /** 1 to 99 under `fifo` and `rr`, 0 under the others. */
    rt_priority: Type.Integer({ minimum: 0, maximum: 99 }),
  },
  closed,
);

/** What the gate saw of one task. Times count from the instant the gate opened. */
export const taskMeasurementSchema = Type.Object(
  {
    /** First instant on a CPU. */
    start_s: seconds,
    end_s: seconds,
    user_s: seconds,
    system_s: seconds,
    /** Time the main thread was runnable but not running. */
    wait_s: seconds,
    voluntary_switches: count,
    involuntary_switches: count,
    max_rss_bytes: count,
    /** Read back from the kernel when the task stood at the barrier; not in older results. */
    scheduling: Type.Optional(schedulingSchema),
    /** null when a signal ended it. */
    exit_code: Type.Union([Type.Integer(), Type.Null()]),
    signal: Type.Union([Type.Integer(), Type.Null()]),
    /** Last lines of what a failed task wrote. */
    output_tail: Type.Optional(Type.String()),
    /** What it printed, where that is checked; stored only when it is not what it should be. */
    output: Type.Optional(Type.String()),
  },
  closed,
);

/** One task of a stored run. */
export const taskRecordSchema = Type.Object(
  {
    id: Type.String({ minLength: 1 }),
    class: Type.Union([Type.Literal('short'), Type.Literal('long')]),
    ...taskMeasurementSchema.properties,
  },
  closed,
);

/** What pidusage saw at one instant. */
export const sampleSchema = Type.Object(
  {
    at_s: seconds,
    tasks: Type.Array(
      Type.Object(
        { id: Type.String(), cpu_percent: Type.Number({ minimum: 0 }), rss_bytes: count },
        closed,
      ),
    ),
  },
  closed,
);

/** What the kernel says about sched_ext at one instant. */
export const kernelStateSchema = Type.Object(
  {
    /** `unsupported` where the kernel has no sched_ext. */
    state: Type.String(),
    ops: Type.Union([Type.String(), Type.Null()]),
    enable_seq: Type.Union([Type.Integer(), Type.Null()]),
  },
  closed,
);

/** How and why a scheduler left the kernel, as its loader reported it. */
export const schedulerExitSchema = Type.Object(
  {
    by: Type.Union([Type.Literal('user'), Type.Literal('kernel'), Type.Literal('unknown')]),
    kind: Type.Integer(),
    reason: Type.String(),
    message: Type.String(),
    dump: Type.Optional(Type.String()),
  },
  closed,
);

/** The evidence that the right scheduler was in charge from before the release until the end. */
export const proofSchema = Type.Object(
  {
    before: kernelStateSchema,
    after: kernelStateSchema,
    exit: Type.Union([schedulerExitSchema, Type.Null()]),
    /** Tasks asleep at the barrier that the release woke; all of them, or the run is invalid. */
    woken: count,
    /** The gate ran with a real-time priority. */
    gate_realtime: Type.Boolean(),
    /** Elapsed in the place of measurement / elapsed here; 1 when both clocks agree. */
    clock_ratio: Type.Union([Type.Number(), Type.Null()]),
    /** The tasks' results were compared with those of the same work done outside the measurement. */
    output_checked: Type.Optional(Type.Boolean()),
  },
  closed,
);

/** One line of runs.ndjson. */
export const runRecordSchema = Type.Object(
  {
    schema: Type.Literal('schedlab.run/1'),
    test_id: Type.String({ minLength: 1 }),
    scheduler: schedulerIdentitySchema,
    index: count,
    block: count,
    /** UTC, ISO 8601. */
    started_at: Type.String(),
    /** Which guest of the experiment, counted from 0; always 0 on the host. */
    boot: count,
    status: Type.Union([
      Type.Literal('success'),
      Type.Literal('invalid'),
      Type.Literal('failed'),
      Type.Literal('timeout'),
    ]),
    /** Each starts with a code and a colon: `task_failed: short-03 exited with 3`. */
    invalid_reasons: Type.Array(Type.String()),
    test_time: seconds,
    makespan_s: seconds,
    lower_bound_s: seconds,
    makespan_ratio: Type.Number({ minimum: 0 }),
    release_spread_s: seconds,
    tasks: Type.Array(taskRecordSchema),
    process_analysis: Type.Object(
      {
        long_tail_detected: Type.Boolean(),
        skew_ratio: Type.Number({ minimum: 0 }),
        /** What the ideal schedule of this work gives over a fair one; not in older results. */
        expected_improvement: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
      },
      closed,
    ),
    samples: Type.Array(sampleSchema),
    proof: proofSchema,
    /** CPU time of the orchestrator and its sampling / (makespan × CPUs). */
    orchestrator_cpu_share: Type.Number({ minimum: 0 }),
  },
  closed,
);

export type SchedulerIdentity = Static<typeof schedulerIdentitySchema>;
export type Scheduling = Static<typeof schedulingSchema>;
export type TaskMeasurement = Static<typeof taskMeasurementSchema>;
export type TaskRecord = Static<typeof taskRecordSchema>;
export type Sample = Static<typeof sampleSchema>;
export type KernelState = Static<typeof kernelStateSchema>;
export type SchedulerExit = Static<typeof schedulerExitSchema>;
export type Proof = Static<typeof proofSchema>;
export type RunRecord = Static<typeof runRecordSchema>;
