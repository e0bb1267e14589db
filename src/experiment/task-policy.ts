// SPDX-License-Identifier: Apache-2.0
import type { Scheduling } from '../results/run-record.ts';
import type { TaskPolicy } from '../scheduler/policy.ts';
import type { HeldTask } from '../tasks/gate.ts';
import type { PlacedTask } from './sandbox.ts';

/** A task of a run, with what its arm's policy wants of it. */
export interface ScheduledTask extends PlacedTask {
  readonly scheduling?: Scheduling;
}

export function withPolicy(tasks: readonly PlacedTask[], policy: TaskPolicy): ScheduledTask[] {
  return tasks.map((task) => {
    const scheduling = policy[task.class];
    return scheduling ? { ...task, scheduling } : task;
  });
}

/** Why the tasks at the barrier are not scheduled as wanted; null when they are. */
export function policyRefusal(
  tasks: readonly ScheduledTask[],
  held: readonly HeldTask[],
): string | null {
  const refused = tasks.flatMap(({ id, scheduling: wanted }, index) => {
    const { scheduling, error } = held[index] as HeldTask;
    if (!wanted || describe(scheduling) === describe(wanted)) return [];
    const reason = error ? ` (${error})` : '';
    return [`${id} has ${describe(scheduling)} instead of ${describe(wanted)}${reason}`];
  });
  if (refused.length === 0) return null;
  return refused.length === 1 ? `${refused[0]}` : `${refused[0]}, and ${refused.length - 1} more`;
}

function describe({ policy, nice, rt_priority }: Scheduling): string {
  return `policy ${policy}, nice ${nice}, real-time priority ${rt_priority}`;
}
