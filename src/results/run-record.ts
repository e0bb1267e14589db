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
/** Of a scheduler that learns: entries that it began with, and lines of its file that were damaged. */
export const loadedHistorySchema = Type.Object({ loaded: count, damaged: count }, closed);

export const schedulerIdentitySchema = Type.Object(
  {
    name: Type.String({ minLength: 1 }),
    ops: Type.Union([Type.String(), Type.Null()]),
    object_sha256: Type.Union([Type.String(), Type.Null()]),
    tunables: tunablesSchema,
    history: Type.Optional(loadedHistorySchema),
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
    /** When it was released; absent where it was so with the opening of the gate. */
    release_s: Type.Optional(seconds),
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
    /** It wanted more than its limit. */
    limit: Type.Optional(Type.Union([Type.Literal('memory'), Type.Literal('processes')])),
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
    /** How often and for how long the kernel ran each callback, where that was wanted. */
    callbacks: Type.Optional(
      Type.Array(Type.Object({ name: Type.String(), runs: count, time_s: seconds }, closed)),
    ),
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
    /** The tasks had the same addresses as in every other run (no ASLR). */
    fixed_layout: Type.Optional(Type.Boolean()),
    /** Elapsed in the place of measurement / elapsed here; 1 when both clocks agree. */
    clock_ratio: Type.Union([Type.Number(), Type.Null()]),
    /** What it is at least and at most: messages between the clocks take time. */
    clock_bounds: Type.Optional(Type.Array(Type.Number(), { minItems: 2, maxItems: 2 })),
    /** The tasks' results were compared with those of the same work done outside the measurement. */
    output_checked: Type.Optional(Type.Boolean()),
  },
  closed,
);

const bucketCounts = Type.Array(count, {
  description: 'element i counts waits below 2^i microseconds that are in no element before it',
});
const perCpuSeconds = Type.Array(seconds, { description: 'an element for each CPU' });

/** One task as the observer saw it, all its threads and children together. */
export const observedTaskSchema = Type.Object(
  {
    id: Type.String({ minLength: 1 }),
    /** On a CPU. */
    cpu_s: seconds,
    /** Runnable, not on a CPU. */
    wait_s: seconds,
    slices: count,
    /** Slices that ended although the task wanted to go on. */
    preemptions: count,
    migrations: count,
  },
  closed,
);

/**
 * What happened between the release and the end, from the scheduler's tracepoints. A CPU's time is
 * the tasks', others' or idle.
 */
export const observationSchema = Type.Object(
  {
    tasks: Type.Array(observedTaskSchema),
    cpu_tasks_s: perCpuSeconds,
    cpu_others_s: perCpuSeconds,
    cpu_idle_s: perCpuSeconds,
    /** CPU seconds idle while that many tasks or more were waiting: what a scheduler could save. */
    idle_while_waiting_s: seconds,
    wait_histogram_short: bucketCounts,
    wait_histogram_long: bucketCounts,
    /** Events for which there was no room; with one the run's slices are not complete. */
    lost_events: count,
    /** CPU seconds spent in the observer's programs; null where the kernel does not count them. */
    cost_s: Type.Union([seconds, Type.Null()]),
  },
  closed,
);

/** Where the makespan beyond the lower bound went; the parts add up to makespan − bound. */
export const gapSchema = Type.Object(
  {
    /** Until the task that ended last, of the long ones, first ran. */
    late_start_s: seconds,
    /** That task was runnable and did not run, after its start. */
    long_wait_s: seconds,
    /** CPUs idle while tasks waited, over all CPUs / CPUs. */
    idle_while_waiting_s: seconds,
    /** What is left; below 0 where the parts overlap. */
    rest_s: Type.Number(),
  },
  closed,
);

/** What else went on while the tasks ran; each null where it cannot be read. */
export const noiseSchema = Type.Object(
  {
    /** Share of the orchestrator's machine's CPU time that its host took. */
    steal_share: Type.Union([Type.Number({ minimum: 0 }), Type.Null()]),
    /** Share of it that others than us used. */
    other_load_share: Type.Union([Type.Number({ minimum: 0 }), Type.Null()]),
    swapped_pages: Type.Union([count, Type.Null()]),
    thermal_throttles: Type.Union([count, Type.Null()]),
  },
  closed,
);

/** What was wrong with a scheduler, or seen of it; `scheduler/diagnosis.ts` says what each means. */
export const DIAGNOSIS_CODES = [
  // It could not be loaded.
  'verifier_null_pointer',
  'verifier_unbounded_index',
  'verifier_kfunc_not_allowed',
  'verifier_too_complex',
  'verifier_stack_too_large',
  'verifier_reference_kept',
  'verifier_rejected',
  'kernel_function_missing',
  'not_loadable',
  'attach_refused',
  'init_failed',
  'never_attached',
  // The kernel, itself or somebody ended it.
  'queue_not_served',
  'task_starved',
  'stalled',
  'reported_error',
  'cpu_not_there',
  'cpu_not_allowed',
  'dsq_not_there',
  'dsq_order_mixed',
  'runtime_error',
  'left_by_itself',
  'cpu_hotplug',
  'unloaded_by_others',
  'loader_ended',
  'ejected',
  'came_back',
  'guest_panicked',
  'guest_hung',
  // It stayed: the run counts.
  'idle_while_waiting',
  'callbacks_costly',
  'kernel_memory_held',
] as const;

export const diagnosisSchema = Type.Object(
  {
    code: Type.Enum([...DIAGNOSIS_CODES]),
    /** What it is, with the figure or the line that shows it. */
    words: Type.String(),
    /** What to do about it. */
    advice: Type.String(),
  },
  closed,
);

/** A file beside runs.ndjson with all slices of a run; `traceSchema` has its form. */
export const traceLinkSchema = Type.Object({ file: Type.String(), slices: count }, closed);

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
    /** A run before the first block, for warming up: never counted. */
    warm_up: Type.Optional(Type.Boolean()),
    /** Absent where the observer did not run. */
    observation: Type.Optional(observationSchema),
    gap: Type.Optional(gapSchema),
    trace: Type.Optional(traceLinkSchema),
    /** sched_ext's own counters (root/events) over the run. */
    scheduler_events: Type.Optional(Type.Record(Type.String(), count, closed)),
    noise: Type.Optional(noiseSchema),
    /** Absent where there is nothing to say of the scheduler. */
    diagnosis: Type.Optional(diagnosisSchema),
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
export type Observation = Static<typeof observationSchema>;
export type Gap = Static<typeof gapSchema>;
export type Noise = Static<typeof noiseSchema>;
export type DiagnosisCode = (typeof DIAGNOSIS_CODES)[number];
export type Diagnosis = Static<typeof diagnosisSchema>;
export type RunRecord = Static<typeof runRecordSchema>;
