// SPDX-License-Identifier: Apache-2.0
import type { TaskClass } from '../cases/task-groups.ts';

/** `short-07`: tasks are numbered within their class, from 1. */
export function taskId(taskClass: TaskClass, number: number): string {
  return `${taskClass}-${String(number).padStart(2, '0')}`;
}
