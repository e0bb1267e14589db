// SPDX-License-Identifier: Apache-2.0
import type { KernelState } from '../results/run-record.ts';
import type { Measurement } from './protocol.ts';

/** Of a run of which nothing has been seen but the kernel's state. */
export function emptyMeasurement(index: number, state: KernelState): Measurement {
  return {
    index,
    started_at: new Date().toISOString(),
    problem: null,
    ops: null,
    tunables: [],
    missing_constants: [],
    history: null,
    before: state,
    after: state,
    exit: null,
    gate: null,
    samples: [],
    executor_cpu_s: 0,
    observed: null,
    scheduler_events: null,
    kernel_memory_bytes: null,
  };
}
