// SPDX-License-Identifier: Apache-2.0
import Type, { type Static } from 'typebox';
import { taskMeasurementSchema } from '../results/run-record.ts';

/** What the gate reports once all tasks have ended, in the order in which they were handed in. */
export const gateResultSchema = Type.Object(
  {
    realtime: Type.Boolean(),
    /** The tasks had the same addresses as in every other run (no ASLR). */
    fixed_layout: Type.Boolean(),
    /** Tasks that slept at the barrier and were woken. */
    woken: Type.Integer(),
    spread_s: Type.Number(),
    /** The release, nanoseconds of the place's CLOCK_MONOTONIC. */
    opened_ns: Type.Number(),
    ending: Type.Union([
      Type.Literal('ended'),
      Type.Literal('timed_out'),
      Type.Literal('interrupted'),
    ]),
    /** Processes that the tasks left behind, killed. */
    leftovers: Type.Integer(),
    tasks: Type.Array(taskMeasurementSchema),
  },
  { additionalProperties: false },
);

export type GateResult = Static<typeof gateResultSchema>;
