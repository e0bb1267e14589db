// SPDX-License-Identifier: Apache-2.0
import type { RunRecord } from '../results/run-record.ts';
import { type Trace, traceFile } from '../results/trace.ts';
import { explainGap } from './gap.ts';
import { summariseStretches } from './observation.ts';
import type { Measurement } from './protocol.ts';
import { readStretches, type Stretch } from './stretches.ts';

/** Adds to a run's record what the observer and sched_ext's counters say of it. */
export function lookInside(
  run: RunRecord,
  { observed, gate, scheduler_events }: Measurement,
): { record: RunRecord; trace: Trace | null } {
  const record = scheduler_events ? { ...run, scheduler_events } : run;
  if (!observed || !gate) return { record, trace: null };
  const cpus = observed.cpus.length;
  const windowNs = run.makespan_s * 1e9;
  const endsNs = run.tasks.map(({ end_s }) => end_s * 1e9);
  const stretches = readStretches(observed, gate.opened_ns, endsNs);
  const observation = {
    ...summariseStretches(stretches, run.tasks, cpus, windowNs),
    lost_events: observed.lost,
    cost_s: observed.cost_ns === null ? null : observed.cost_ns / 1e9,
  };
  const trace = toTrace(run, stretches, cpus);
  // What is not complete explains nothing.
  const isComplete = observed.lost === 0 && gate.ending === 'ended';
  return {
    record: {
      ...record,
      observation,
      ...(isComplete ? { gap: explainGap(run, stretches, observation, cpus) } : {}),
      trace: { file: traceFile(run.index), slices: trace.slices.task.length },
    },
    trace,
  };
}

function toTrace(run: RunRecord, stretches: readonly Stretch[], cpus: number): Trace {
  const slices = stretches.filter(({ task }) => task !== null);
  const others = stretches.filter(({ task }) => task === null);
  return {
    schema: 'schedlab.trace/1',
    run_index: run.index,
    cpus,
    tasks: run.tasks.map(({ id }) => id),
    slices: {
      task: slices.map(({ task }) => task as number),
      cpu: slices.map(({ cpu }) => cpu),
      runnable_us: slices.map(({ runnableNs }) => microseconds(runnableNs)),
      start_us: slices.map(({ startNs }) => microseconds(startNs)),
      end_us: slices.map(({ endNs }) => microseconds(endNs)),
      preempted: slices.map(({ preempted }) => (preempted ? 1 : 0)),
    },
    others: {
      cpu: others.map(({ cpu }) => cpu),
      start_us: others.map(({ startNs }) => microseconds(startNs)),
      end_us: others.map(({ endNs }) => microseconds(endNs)),
    },
  };
}

/** Always downwards, so that what did not overlap does not afterwards. */
function microseconds(ns: number): number {
  return Math.floor(ns / 1000);
}
