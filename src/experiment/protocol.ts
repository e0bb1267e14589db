// SPDX-License-Identifier: Apache-2.0
/**
 * What crosses to the place of measurement and back: JSON, a line each.
 * In: one plan, then a `go` for every `hold`, or `stop`. Out: events.
 * Both ends are the same build, so the version only guards against a stale executor.
 */
import Type, { type Static } from 'typebox';
import { kernelStateSchema, sampleSchema, schedulerExitSchema } from '../results/run-record.ts';

export const PROTOCOL = 1;

export interface PlannedClass {
  readonly count: number;
  /** Prepared on this side, read on the other. */
  readonly folder: string;
  readonly shell_lines: string;
}

export interface PlannedCase {
  readonly test_id: string;
  readonly original_cwd: string;
  readonly short: PlannedClass;
  readonly long: PlannedClass;
  /** Null: the sizes are written into the commands. */
  readonly work: { readonly short_cpu_s: number; readonly skew: number | 'balanced' } | null;
  /** Known from before: the same sizes are used again. */
  readonly units: { readonly short: number; readonly long: number } | null;
  readonly cleanup: readonly string[];
}

export interface PlannedScheduler {
  readonly name: string;
  /** The compiled object; null is the kernel's own scheduler. */
  readonly object: string | null;
  /** `NAME=VALUE` each. */
  readonly tunables: readonly string[];
}

export interface PlannedRun {
  readonly index: number;
  readonly block: number;
  readonly test_id: string;
  readonly scheduler: string;
}

export interface Plan {
  readonly protocol: typeof PROTOCOL;
  readonly gate: string;
  readonly loader: string | null;
  readonly cases: readonly PlannedCase[];
  readonly schedulers: readonly PlannedScheduler[];
  readonly runs: readonly PlannedRun[];
  /** Limit for one run, seconds. */
  readonly timeout_s: number;
  readonly monitor: boolean;
}

export type Command = { command: 'plan'; plan: Plan } | { command: 'go' } | { command: 'stop' };

const closed = { additionalProperties: false } as const;
const number = Type.Number();

/** The gate's line for a task, without its index. */
export const taskMeasurementSchema = Type.Object(
  {
    start_s: number,
    end_s: number,
    user_s: number,
    system_s: number,
    wait_s: number,
    voluntary_switches: Type.Integer(),
    involuntary_switches: Type.Integer(),
    max_rss_bytes: Type.Integer(),
    exit_code: Type.Union([Type.Integer(), Type.Null()]),
    signal: Type.Union([Type.Integer(), Type.Null()]),
    output_tail: Type.Optional(Type.String()),
  },
  closed,
);

/** What was seen of one run; `problem` says why there is nothing more to see. */
export const measurementSchema = Type.Object(
  {
    index: Type.Integer({ minimum: 0 }),
    started_at: Type.String(),
    problem: Type.Union([
      Type.Object({ code: Type.String(), message: Type.String() }, closed),
      Type.Null(),
    ]),
    ops: Type.Union([Type.String(), Type.Null()]),
    /** As the loader read them back from the kernel. */
    tunables: Type.Array(Type.String()),
    /** Constants that the scheduler's object wanted and this kernel does not have. */
    missing_constants: Type.Array(Type.String()),
    before: kernelStateSchema,
    after: kernelStateSchema,
    exit: Type.Union([schedulerExitSchema, Type.Null()]),
    gate: Type.Union([
      Type.Object(
        {
          realtime: Type.Boolean(),
          woken: Type.Integer(),
          spread_s: number,
          ending: Type.Union([
            Type.Literal('ended'),
            Type.Literal('timed_out'),
            Type.Literal('interrupted'),
          ]),
          leftovers: Type.Integer(),
          tasks: Type.Array(taskMeasurementSchema),
        },
        closed,
      ),
      Type.Null(),
    ]),
    samples: Type.Array(sampleSchema),
    /** CPU time that the executor and its sampling used while tasks ran. */
    executor_cpu_s: number,
  },
  closed,
);

const event = <N extends string, P extends Parameters<typeof Type.Object>[0]>(name: N, rest: P) =>
  Type.Object({ event: Type.Literal(name), ...rest }, closed);

export const eventSchema = Type.Union([
  event('hello', {
    protocol: Type.Literal(PROTOCOL),
    kernel_release: Type.String(),
    cpus: Type.Integer({ minimum: 1 }),
    memory_bytes: Type.Integer(),
    clock_source: Type.String(),
  }),
  event('calibrating', { test_id: Type.String() }),
  event('calibrated', {
    test_id: Type.String(),
    short_units: Type.Integer({ minimum: 1 }),
    long_units: Type.Integer({ minimum: 1 }),
    short_cpu_s: number,
  }),
  /** All tasks stand at the barrier; they are released after a `go`. `index` null: a calibration. */
  event('hold', { index: Type.Union([Type.Integer(), Type.Null()]), monotonic_s: number }),
  /** All tasks have ended. */
  event('ended', { monotonic_s: number }),
  event('progress', { index: Type.Integer(), at_s: number, running: Type.Integer() }),
  event('run', { measurement: measurementSchema }),
  event('skipped', { index: Type.Integer(), reason: Type.String() }),
  event('finished', { stopped: Type.Boolean() }),
  event('fatal', { message: Type.String() }),
]);

export type Event = Static<typeof eventSchema>;
export type Measurement = Static<typeof measurementSchema>;
export type TaskMeasurement = Static<typeof taskMeasurementSchema>;
