// SPDX-License-Identifier: Apache-2.0

/** A task that the kernel's dump shows as runnable and not running. */
export interface WaitingTask {
  readonly name: string;
  readonly waitedMs: number;
  /** `0x10`; null where the kernel has it in no queue: the scheduler kept it for itself. */
  readonly dsq: string | null;
}

/** ` *R cc1[7] -2ms` runs, `  R cc1[8] *root -6208ms` waits; lines about it follow. */
const TASK = /^ ([ *])[A-Z] (.*)\[\d+\](?: \S+)? ([+-]\d+)ms$/;
const DSQ = /\bdsq_id=(\S+)/;

/** The tasks that waited when the kernel wrote its dump, the longest wait first. */
export function waitingTasks(dump: string): WaitingTask[] {
  const tasks: WaitingTask[] = [];
  let current: WaitingTask | null = null;
  for (const line of dump.split('\n')) {
    const [, mark, name = '', ms] = TASK.exec(line) ?? [];
    if (ms !== undefined) {
      if (current) tasks.push(current);
      current = mark === '*' ? null : { name, waitedMs: Math.max(0, -Number(ms)), dsq: null };
      continue;
    }
    const [, dsq] = DSQ.exec(line) ?? [];
    if (current && dsq !== undefined && dsq !== '(n/a)') current = { ...current, dsq };
  }
  if (current) tasks.push(current);
  return tasks.toSorted((a, b) => b.waitedMs - a.waitedMs);
}
