// SPDX-License-Identifier: Apache-2.0
import { LabError } from '../core/errors.ts';
import type { Scheduling } from '../results/run-record.ts';

/** What a policy makes of the tasks; null leaves a class as it is. */
export interface TaskPolicy {
  readonly short: Scheduling | null;
  readonly long: Scheduling | null;
}

const FAIR: Scheduling = { policy: 'other', nice: 0, rt_priority: 0 };

/** What a user would try first: the long task gets more, or the short ones less. */
const POLICIES: Readonly<Record<string, TaskPolicy>> = {
  fifo: { short: null, long: { policy: 'fifo', nice: 0, rt_priority: 1 } },
  rr: { short: null, long: { policy: 'rr', nice: 0, rt_priority: 1 } },
  batch: { short: { ...FAIR, policy: 'batch' }, long: null },
  idle: { short: { ...FAIR, policy: 'idle' }, long: null },
};

const LISTED = [
  'nice=N (the long tasks; N from -20 to 19)',
  'fifo, rr (the long tasks)',
  'batch, idle (the short tasks)',
].join('; ');

/**
 * What stands behind `policy:` in an arm's name.
 * @throws LabError USAGE that lists what exists
 */
export function parsePolicy(text: string): TaskPolicy {
  const policy = Object.hasOwn(POLICIES, text) ? POLICIES[text] : nicePolicy(text);
  if (policy) return policy;
  throw new LabError('USAGE', `No policy "${text}". There are: ${LISTED}.`);
}

function nicePolicy(text: string): TaskPolicy | undefined {
  const nice = Number(/^nice=([+-]?\d{1,2})$/.exec(text)?.[1]);
  return nice >= -20 && nice <= 19 ? { short: null, long: { ...FAIR, nice } } : undefined;
}
