// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs';

/** Why this machine's own kernel cannot run a sched_ext scheduler for us; null when it can. */
export function schedExtObstacle(): string | null {
  if (!existsSync('/sys/kernel/sched_ext')) return 'this kernel has no sched_ext';
  if (process.getuid?.() !== 0) return 'loading a scheduler needs root';
  return null;
}
