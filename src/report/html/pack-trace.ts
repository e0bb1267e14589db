// SPDX-License-Identifier: Apache-2.0
import { gzipSync } from 'node:zlib';
import type { Trace } from '../../results/trace.ts';
import type { TraceColumns } from './report-data.ts';

/** A trace as text for the page: differences, gzip, base64; its script has the way back. */
export function packTrace(trace: Trace): string {
  return gzipSync(JSON.stringify(columnsOf(trace))).toString('base64');
}

function columnsOf({ cpus, tasks, slices, others }: Trace): TraceColumns {
  return {
    cpus,
    tasks,
    task: slices.task,
    cpu: slices.cpu,
    idle: sinceLast(slices.cpu, slices.start_us, slices.end_us),
    length: differences(slices.end_us, slices.start_us),
    asleep: sinceLast(slices.task, slices.runnable_us, slices.end_us),
    preempted: slices.preempted,
    others: {
      cpu: others.cpu,
      idle: sinceLast(others.cpu, others.start_us, others.end_us),
      length: differences(others.end_us, others.start_us),
    },
  };
}

/** Each time less the last end of the same owner: mostly nothing or little. */
function sinceLast(
  owner: readonly number[],
  times: readonly number[],
  ends: readonly number[],
): number[] {
  const last = new Map<number, number>();
  return times.map((time, place) => {
    const who = owner[place] as number;
    const since = time - (last.get(who) ?? 0);
    last.set(who, ends[place] as number);
    return since;
  });
}

function differences(values: readonly number[], less: readonly number[]): number[] {
  return values.map((value, place) => value - (less[place] as number));
}
