// SPDX-License-Identifier: Apache-2.0
/**
 * What crosses to the place of measurement and back: JSON, a line each.
 * In: one plan, then a `go` for every `hold`, a `noted` for every `ended` and a `stored` for every
 * `run`, or `stop`. Out: events.
 * Both ends are the same build, so the version only guards against a stale executor.
 */
import Type, { type Static } from 'typebox';
import type { TaskClass } from '../cases/task-groups.ts';
import type { TaskUser } from '../core/privileges.ts';
import {
  kernelStateSchema,
  loadedHistorySchema,
  sampleSchema,
  schedulerExitSchema,
} from '../results/run-record.ts';
import type { TaskPolicy } from '../scheduler/policy.ts';
import type { ProgramCommand } from '../scheduler/program.ts';
import { gateResultSchema } from '../tasks/gate-result.ts';
import { observedSchema } from '../tasks/observed.ts';

export const PROTOCOL = 2;

/** Tasks of one program. */
export interface PlannedGroup {
  readonly id: string;
  readonly class: TaskClass;
  /** Prepared on this side, read on the other. */
  readonly folder: string;
  readonly shell_lines: string;
}

export interface PlannedTask {
  readonly id: string;
  /** What it counts as; another one than its group's where the sizes are drawn. */
  readonly class: TaskClass;
  readonly group: string;
  /** Multiplies the CPU time that a task of its group's class has. */
  readonly size: number;
  /** Since the gate opened. */
  readonly release_s: number;
}

export interface PlannedWork {
  readonly short_cpu_s: number;
  readonly skew: number | 'balanced';
}

export interface PlannedCase {
  readonly test_id: string;
  readonly original_cwd: string;
  readonly groups: readonly PlannedGroup[];
  /** In the order in which they are forked. */
  readonly tasks: readonly PlannedTask[];
  /** Null: the sizes are written into the commands. */
  readonly work: PlannedWork | null;
  /** What its commands cost in this place, where that is known from before. */
  readonly costs: Costs | null;
  /** How much work the tasks get, where that is settled. */
  readonly units: Units | null;
  /** The tasks only read what the setup left behind. */
  readonly shares_input: boolean;
  /** What the tasks print shows that they did their work, so it is wanted. */
  readonly checks_output: boolean;
  readonly cleanup: readonly string[];
}

/** An arm: what is in charge of the tasks, under the name that the user wrote for it. */
export type PlannedScheduler = { readonly name: string } & (
  | { readonly kind: 'default'; readonly unobserved?: true }
  /** A compiled object, for the loader; the tunables are `NAME=VALUE` each. */
  | {
      readonly kind: 'object';
      readonly object: string;
      readonly tunables: readonly string[];
      /** What it has learned before, the text of the loader's file; null: it does not learn. */
      readonly history: string | null;
    }
  | ({ readonly kind: 'command' } & ProgramCommand)
  | { readonly kind: 'policy'; readonly policy: TaskPolicy }
);

export interface PlannedRun {
  readonly index: number;
  readonly block: number;
  readonly test_id: string;
  readonly scheduler: string;
  /** It warms the place up and is never counted. */
  readonly warm_up?: boolean;
}

export interface Plan {
  readonly protocol: typeof PROTOCOL;
  readonly gate: string;
  readonly loader: string | null;
  /** Null: the runs are not looked into. */
  readonly observer: { readonly program: string; readonly object: string } | null;
  /** Tells which files are opened; null where the files need not be brought into memory. */
  readonly file_watcher: string | null;
  readonly cases: readonly PlannedCase[];
  readonly schedulers: readonly PlannedScheduler[];
  readonly runs: readonly PlannedRun[];
  /** Whom the tasks run as. */
  readonly user: TaskUser;
  readonly task_limits: {
    /** Null: all but what the place itself needs. */
    readonly memory_bytes: number | null;
    readonly processes: number;
  };
  /** Limit for one run, seconds. */
  readonly timeout_s: number;
  readonly monitor: boolean;
  /** The kernel times the schedulers' callbacks. */
  readonly callback_times: boolean;
  /** How long a task may wait before the kernel ejects a scheduler that does not say so itself. */
  readonly watchdog_s: number;
}

export type Command =
  | { command: 'plan'; plan: Plan }
  | { command: 'go' }
  /** That the tasks have ended is known. */
  | { command: 'noted' }
  /** The run is stored. `case_done`: no more runs of its case are wanted. */
  | { command: 'stored'; case_done: boolean }
  | { command: 'stop' };

const closed = { additionalProperties: false } as const;
const number = Type.Number();

/** A command's CPU time: `start_s` whatever the work, and `unit_s` for every unit of it. */
const costSchema = Type.Object(
  { start_s: Type.Number({ minimum: 0 }), unit_s: Type.Number({ exclusiveMinimum: 0 }) },
  closed,
);
/** Of each group's command, by the group's id. */
export const costsSchema = Type.Record(Type.String(), costSchema, closed);

/** `$WORK_UNITS` of each task, by its id. */
export const unitsSchema = Type.Record(Type.String(), Type.Integer({ minimum: 1 }), closed);

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
    /** What the scheduler knew before and, as the loader's file, afterwards; null: it does not learn. */
    history: Type.Union([
      Type.Object({ ...loadedHistorySchema.properties, text: Type.String() }, closed),
      Type.Null(),
    ]),
    before: kernelStateSchema,
    after: kernelStateSchema,
    exit: Type.Union([schedulerExitSchema, Type.Null()]),
    gate: Type.Union([gateResultSchema, Type.Null()]),
    samples: Type.Array(sampleSchema),
    /** CPU time that the executor and its sampling used while tasks ran. */
    executor_cpu_s: number,
    observed: Type.Union([observedSchema, Type.Null()]),
    /** sched_ext's own counters, over the run. */
    scheduler_events: Type.Union([
      Type.Record(Type.String(), Type.Integer({ minimum: 0 }), closed),
      Type.Null(),
    ]),
    /** How much more memory the kernel itself had in use at the end than before loading. */
    kernel_memory_bytes: Type.Union([Type.Integer(), Type.Null()]),
  },
  closed,
);

/** The place's monotonic clock: `hold` was said, `go` heard, `ended` said, `noted` heard. */
const clockSchema = Type.Object(
  { held: number, went: number, ended: number, noted: number },
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
    units: unitsSchema,
    /** Mean of the short tasks. */
    short_cpu_s: number,
    /** True when the costs were handed in. */
    reused: Type.Boolean(),
    costs: costsSchema,
  }),
  /** What follows is of this run, whatever happens. */
  event('begun', { index: Type.Integer() }),
  /** The executor lives: said every ALIVE_INTERVAL_MS (executor.ts), whatever else goes on. */
  event('alive', {}),
  /** All tasks stand at the barrier; they are released after a `go`. `index` null: a calibration. */
  event('hold', { index: Type.Union([Type.Integer(), Type.Null()]) }),
  /** All tasks have ended. */
  event('ended', {}),
  event('progress', { index: Type.Integer(), at_s: number, running: Type.Integer() }),
  event('run', { measurement: measurementSchema, clock_s: Type.Union([clockSchema, Type.Null()]) }),
  event('skipped', { index: Type.Integer(), reason: Type.String() }),
  event('warning', { code: Type.String(), message: Type.String() }),
  event('finished', { stopped: Type.Boolean() }),
  event('fatal', { message: Type.String() }),
]);

export type Cost = Static<typeof costSchema>;
export type Costs = Static<typeof costsSchema>;
export type ClockS = Static<typeof clockSchema>;
export type Units = Static<typeof unitsSchema>;
export type Event = Static<typeof eventSchema>;
export type Measurement = Static<typeof measurementSchema>;
