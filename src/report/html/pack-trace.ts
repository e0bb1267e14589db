// SPDX-License-Identifier: Apache-2.0
import { gzipSync } from 'node:zlib';
import type { Trace } from '../../results/trace.ts';
import type { TraceColumns } from './report-data.ts';

/** A trace as text for the page: differences, gzip, base64; its script has the way back. */
export function packTrace(trace: Trace): string {
  return gzipSync(JSON.stringify(columnsOf(trace)), { level: 9 }).toString('base64');
}

function columnsOf({ cpus, tasks, slices, others }: Trace): TraceColumns {
  return {
    cpus,
    tasks,
    task: slices.task,
    cpu: slices.cpu,
    step: steps(slices.start_us),
    length: differences(slices.end_us, slices.start_us),
    wait: differences(slices.start_us, slices.runnable_us),
    preempted: slices.preempted,
    others: {
      cpu: others.cpu,
      step: steps(others.start_us),
      length: differences(others.end_us, others.start_us),
    },
  };
}

function steps(values: readonly number[]): number[] {
  return values.map((value, place) => value - (values[place - 1] ?? 0));
}

function differences(values: readonly number[], less: readonly number[]): number[] {
  return values.map((value, place) => value - (less[place] as number));
}
