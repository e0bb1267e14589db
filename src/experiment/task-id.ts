// SPDX-License-Identifier: Apache-2.0

/** `short-07`: tasks are numbered within their class, from 1. */
export function taskId(taskClass: 'short' | 'long', number: number): string {
  return `${taskClass}-${String(number).padStart(2, '0')}`;
}
