// SPDX-License-Identifier: Apache-2.0
import type { Observed } from '../tasks/observed.ts';

/** A CPU's time without a break for one thread of a task, or for others than the tasks. */
export interface Stretch {
  /** The task's place in the run; null for others. */
  readonly task: number | null;
  /** Its place among the CPUs that the tasks may use. */
  readonly cpu: number;
  /** Nanoseconds since the release: since when the thread waited, and from when to when it ran. */
  readonly runnableNs: number;
  readonly startNs: number;
  readonly endNs: number;
  /** The task wanted to go on. */
  readonly preempted: boolean;
  readonly migrated: boolean;
}

// struct stretch of schedulers/observer.h, little-endian.
const BYTES = 32;
const AT = { runnable: 0, start: 8, end: 16, occupant: 24, cpu: 28, flags: 30 };
const PREEMPTED = 1;
const MIGRATED = 2;

/**
 * The stretches between the release and the end, cut off at both, in the order of their starts.
 * A process that was reaped may still have to get out of the kernel, and may leave children behind:
 * what happens after a task's end is others'.
 * @param endsNs of the tasks, since the release
 */
export function readStretches(
  observed: Pick<Observed, 'cpus' | 'stretches'>,
  openedNs: number,
  endsNs: readonly number[],
): Stretch[] {
  const windowNs = endsNs.reduce((last, endNs) => Math.max(last, endNs), 0);
  return parse(observed, openedNs, windowNs)
    .flatMap((stretch) => cutAtEnd(stretch, endsNs))
    .sort((a, b) => a.startNs - b.startNs || a.cpu - b.cpu);
}

function cutAtEnd(stretch: Stretch, endsNs: readonly number[]): Stretch[] {
  const { task, startNs, endNs } = stretch;
  const lastNs = task === null ? Infinity : (endsNs[task] ?? 0);
  if (endNs <= lastNs) return [stretch];
  const others = { task: null, preempted: false, migrated: false };
  if (startNs >= lastNs) return [{ ...stretch, ...others, runnableNs: startNs }];
  const before = { ...stretch, endNs: lastNs };
  return [before, { ...stretch, ...others, runnableNs: lastNs, startNs: lastNs }];
}

function parse(
  observed: Pick<Observed, 'cpus' | 'stretches'>,
  openedNs: number,
  windowNs: number,
): Stretch[] {
  const buffer = Buffer.from(observed.stretches, 'base64');
  const stretches: Stretch[] = [];
  for (let offset = 0; offset + BYTES <= buffer.length; offset += BYTES) {
    const cpu = observed.cpus.indexOf(buffer.readUInt16LE(offset + AT.cpu));
    const at = (field: number) => Number(buffer.readBigUInt64LE(offset + field)) - openedNs;
    const startNs = Math.max(0, at(AT.start));
    const endNs = Math.min(windowNs, at(AT.end));
    if (cpu < 0 || startNs >= windowNs || endNs < startNs) continue;
    const occupant = buffer.readInt32LE(offset + AT.occupant);
    const flags = buffer.readUInt16LE(offset + AT.flags);
    stretches.push({
      task: occupant > 0 ? occupant - 1 : null,
      cpu,
      runnableNs: Math.min(startNs, Math.max(0, at(AT.runnable))),
      startNs,
      endNs,
      preempted: (flags & PREEMPTED) !== 0,
      migrated: (flags & MIGRATED) !== 0,
    });
  }
  return stretches;
}
