// SPDX-License-Identifier: Apache-2.0
import Type, { type Static } from 'typebox';

/** Of seconds, or a factor: more is a slip, and too much for clocks and counters. */
const MOST = 1_000_000;
const range = `a number above 0, at most ${MOST}`;
export const amount = { exclusiveMinimum: 0, maximum: MOST, description: range };

/** Draws a factor for the CPU time of each task. */
const sizesSchema = Type.Object(
  {
    /** Pareto's, from 1 on, cut off at `largest`. */
    distribution: Type.Literal('pareto'),
    /** The lower, the heavier is the tail. */
    shape: Type.Number({ minimum: 0.01, maximum: 100, description: 'a number from 0.01 to 100' }),
    largest: Type.Number({
      exclusiveMinimum: 1,
      maximum: MOST,
      description: `a number above 1, at most ${MOST}`,
    }),
    seed: Type.Integer({
      minimum: 0,
      maximum: 2 ** 31 - 1,
      description: 'a whole number from 0 to 2147483647',
    }),
    /** The largest so many of the tasks are the long ones, whatever their groups' classes. */
    long_tasks: Type.Optional(
      Type.Integer({ minimum: 1, description: 'a whole number, 1 or more' }),
    ),
  },
  { additionalProperties: false },
);

/** How much work the tasks do, and when; where it is given, the commands get `$WORK_UNITS`. */
export const workSchema = Type.Object(
  {
    /** CPU seconds of one short task. */
    short_cpu_s: Type.Number(amount),
    /**
     * CPU time of a long task / that of a short one; `balanced`, which is also what holds without
     * it: just fits the ideal schedule.
     */
    skew: Type.Optional(
      Type.Union([Type.Literal('balanced'), Type.Number(amount)], {
        description: `"balanced" or ${range}`,
      }),
    ),
    sizes: Type.Optional(sizesSchema),
    /** Seconds over which the tasks are released, at drawn instants; without it, all at one. */
    released_over_s: Type.Optional(Type.Number(amount)),
  },
  { additionalProperties: false },
);

export type Sizes = Static<typeof sizesSchema>;
export type Work = Static<typeof workSchema>;
