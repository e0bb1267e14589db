// SPDX-License-Identifier: Apache-2.0
import type { Observed } from '../tasks/observed.ts';

/** As the observer notes it: absolute nanoseconds, the task counted from 1, 0 for others. */
export interface RawStretch {
  readonly runnable: number;
  readonly start: number;
  readonly end: number;
  readonly occupant: number;
  readonly cpu: number;
  readonly preempted?: true;
  readonly migrated?: true;
}

/** An answer of the observer, made by hand. */
export function observedOf(
  stretches: readonly RawStretch[],
  changes: Partial<Observed> = {},
): Observed {
  const bytes = Buffer.alloc(32 * stretches.length);
  for (const [place, stretch] of stretches.entries()) {
    const at = 32 * place;
    bytes.writeBigUInt64LE(BigInt(stretch.runnable), at);
    bytes.writeBigUInt64LE(BigInt(stretch.start), at + 8);
    bytes.writeBigUInt64LE(BigInt(stretch.end), at + 16);
    bytes.writeInt32LE(stretch.occupant, at + 24);
    bytes.writeUInt16LE(stretch.cpu, at + 28);
    bytes.writeUInt16LE((stretch.preempted ? 1 : 0) + (stretch.migrated ? 2 : 0), at + 30);
  }
  return { cpus: [0, 1], lost: 0, cost_ns: null, stretches: bytes.toString('base64'), ...changes };
}
