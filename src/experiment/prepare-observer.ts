// SPDX-License-Identifier: Apache-2.0
import { messageOf } from '../core/errors.ts';
import { schedExtObstacle } from '../machine/sched-ext.ts';
import type { Warning } from '../results/experiment-record.ts';
import { buildObserver, type Toolchain } from '../scheduler/build.ts';
import { observerUnavailable } from './observer-warnings.ts';
import type { Plan } from './protocol.ts';

/**
 * Builds the observer. A run is worth having without it: why there is none is a warning. On the host
 * it needs what schedulers need: root, and a kernel with the types of sched_ext.
 */
export async function prepareObserver(
  target: 'host' | 'vm',
  findToolchain: () => Promise<Toolchain>,
  folder: string,
  warn: (warning: Warning) => void,
): Promise<Plan['observer']> {
  let obstacle = target === 'host' ? schedExtObstacle() : null;
  try {
    if (!obstacle) return await buildObserver(await findToolchain(), folder);
  } catch (error) {
    obstacle = messageOf(error);
  }
  warn(observerUnavailable(obstacle));
  return null;
}
