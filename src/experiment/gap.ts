// SPDX-License-Identifier: Apache-2.0
import type { Gap, Observation, TaskRecord } from '../results/run-record.ts';
import { changesOf } from './observation.ts';
import type { Stretch } from './stretches.ts';
import { sweep } from './sweep.ts';

/** Where the makespan beyond the lower bound went. */
export function explainGap(
  run: { makespan_s: number; lower_bound_s: number; tasks: readonly TaskRecord[] },
  stretches: readonly Stretch[],
  observation: Pick<Observation, 'idle_while_waiting_s'>,
  cpus: number,
): Gap {
  const last = lastLongTask(run.tasks);
  const own = stretches.filter(({ task }) => task === last);
  const startNs = own[0]?.startNs ?? 0;
  // With several threads: while one at least waits and none runs.
  const waitedNs = sweep(own.flatMap(changesOf), (running, waiting) =>
    waiting > 0 && running === 0 ? 1 : 0,
  );
  const firstWaitNs = startNs - (own[0]?.runnableNs ?? 0);
  const releaseS = run.tasks[last]?.release_s ?? 0;
  const parts = {
    late_start_s: Math.max(0, startNs / 1e9 - releaseS),
    long_wait_s: Math.max(0, waitedNs - firstWaitNs) / 1e9,
    idle_while_waiting_s: observation.idle_while_waiting_s / cpus,
  };
  const known = parts.late_start_s + parts.long_wait_s + parts.idle_while_waiting_s;
  return { ...parts, rest_s: run.makespan_s - run.lower_bound_s - known };
}

/** The place of the long task that ended last; -1 where there is none. */
function lastLongTask(tasks: readonly TaskRecord[]): number {
  const ends = tasks.map((task) => (task.class === 'long' ? task.end_s : -1));
  const last = Math.max(-1, ...ends);
  return last < 0 ? -1 : ends.indexOf(last);
}
