// SPDX-License-Identifier: Apache-2.0
import Type, { type Static } from 'typebox';

/** What the observer answers after a run, in the terms of schedulers/observer.h. */
export const observedSchema = Type.Object(
  {
    /** The numbers of the CPUs that the tasks may use. */
    cpus: Type.Array(Type.Integer({ minimum: 0 })),
    /** Stretches for which there was no room. */
    lost: Type.Integer({ minimum: 0 }),
    /** Time spent in the observer's programs; null where the kernel does not count it. */
    cost_ns: Type.Union([Type.Number({ minimum: 0 }), Type.Null()]),
    /** In base64, the records as they were in memory. */
    stretches: Type.String(),
  },
  { additionalProperties: false },
);

export type Observed = Static<typeof observedSchema>;
