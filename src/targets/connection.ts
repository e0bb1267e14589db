// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import type { JsonLinesChild } from '../core/json-lines-child.ts';

/** What a target knows of the place; the executor itself reports the rest. */
export interface PlaceFacts {
  readonly target: 'host' | 'vm';
  readonly accelerator: string | null;
  readonly qemu_version: string | null;
  /** Share of a host CPU that each virtual one may use while tasks run; null is no limit. */
  readonly vcpu_limit: number | null;
  /** The CPUs of the host that all that is measured may use, such as `0-2`; absent: all. */
  readonly cpu_list?: string;
}

/** A running executor: the plan goes in, events come out, whatever lies between. */
export interface Connection extends AsyncDisposable {
  readonly facts: PlaceFacts;
  send(message: object): void;
  /**
   * The next event, unchecked; null when there will be none.
   * @throws LabError GUEST when the place has died or says nothing for `limitMs`
   */
  receive(limitMs: number): Promise<unknown>;
  /** Makes every CPU as fast as every other, whatever they do, until `releaseSpeed`. */
  holdSpeed(): void;
  releaseSpeed(): void;
  /** CPU seconds of this machine that the place has used so far; null when that cannot be read. */
  usedCpuS(): number | null;
}

/** CPU seconds that a process and its descendants have used; null when it is gone. */
export function treeCpuS(pid: number): number | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const ownS = statCpuS(stat);
    if (ownS === null) return null;
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
    const pids = children.split(' ').filter(Boolean).map(Number);
    return pids.reduce((sum, child) => sum + (treeCpuS(child) ?? 0), ownS);
  } catch {
    return null;
  }
}

/** CPU seconds of a process and its reaped children by `/proc/PID/stat`; null when it does not say. */
export function statCpuS(stat: string): number | null {
  // Behind the name, which may hold anything, is field 3; utime to cstime are 14 to 17.
  const ticks = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 15);
  if (ticks.length < 4 || !ticks.every((text) => /^\d+$/.test(text))) return null;
  return ticks.reduce((sum, text) => sum + Number(text), 0) / TICKS_PER_S;
}

/** The kernel's clock ticks in a second, in /proc: the same on every Linux that Node runs on. */
const TICKS_PER_S = 100;

/** A longer one would be over at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export const SILENT = Symbol('silent');

/** What to say of whom `nextLine` found SILENT. */
export function silenceOf(who: string, limitMs: number): string {
  return `${who} said nothing for ${Math.round(limitMs / 1000)} s.`;
}

/** The child's next line, or SILENT when it says nothing for `limitMs`. */
export async function nextLine(
  child: JsonLinesChild,
  limitMs: number,
): Promise<Record<string, unknown> | null | typeof SILENT> {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<typeof SILENT>((resolve) => {
    timer = setTimeout(() => resolve(SILENT), Math.min(limitMs, LONGEST_TIMER_MS));
  });
  try {
    return await Promise.race([child.next(), silence]);
  } finally {
    clearTimeout(timer);
  }
}
