// SPDX-License-Identifier: Apache-2.0
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { LabError } from '../core/errors.ts';
import type { KernelState } from '../results/run-record.ts';

const SCHED_EXT = '/sys/kernel/sched_ext';

/** What the kernel says about sched_ext now; `unsupported` where it has none. */
export async function readKernelState(folder = SCHED_EXT): Promise<KernelState> {
  const read = (file: string) =>
    readFile(`${folder}/${file}`, 'utf8').then(
      (text) => text.trim(),
      () => null,
    );
  const [state, ops, enableSeq] = await Promise.all([
    read('state'),
    // The folder `root` exists only while a scheduler is loaded.
    read('root/ops'),
    read('enable_seq'),
  ]);
  return {
    state: state ?? 'unsupported',
    ops,
    enable_seq: enableSeq === null ? null : wholeOrNull(enableSeq),
  };
}

function wholeOrNull(text: string): number | null {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(value) ? value : null;
}

/** How often sched_ext had to do this and that for the scheduler; null where it does not say. */
export async function readSchedulerEvents(
  folder = SCHED_EXT,
): Promise<Record<string, number> | null> {
  const text = await readFile(`${folder}/root/events`, 'utf8').catch(() => null);
  return text === null ? null : parseSchedulerEvents(text);
}

/** Lines of a name and a number. */
export function parseSchedulerEvents(text: string): Record<string, number> {
  const events = Array.from(text.matchAll(/^(\S+) (\d+)$/gm), ([, name, value]) => [
    name,
    Number(value),
  ]);
  return Object.fromEntries(events.filter(([, value]) => Number.isSafeInteger(value)));
}

/** What was counted between two readings. */
export function eventsBetween(
  before: Readonly<Record<string, number>>,
  after: Readonly<Record<string, number>>,
): Record<string, number> {
  return Object.fromEntries(
    Object.entries(after).map(([name, value]) => {
      const earlier = Object.hasOwn(before, name) ? (before[name] as number) : 0;
      return [name, Math.max(0, value - earlier)];
    }),
  );
}

/**
 * Stops where somebody else's scheduler is in charge, which would be in charge of the tasks, too.
 * @throws LabError ENVIRONMENT
 */
export async function requireNoScheduler(folder = SCHED_EXT): Promise<void> {
  const { state, ops } = await readKernelState(folder);
  if (state === 'disabled' || state === 'unsupported') return;
  throw new LabError(
    'ENVIRONMENT',
    `A scheduler that is not ours is loaded on this machine: ${ops ?? 'nameless'} (${state}). It is ` +
      'left alone. Stop the program that loaded it, or measure in a guest: --target vm.',
  );
}

/** Waits until no scheduler is loaded. False when one still is after `timeoutMs`. */
export async function waitUntilNoScheduler(timeoutMs: number): Promise<boolean> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const { state } = await readKernelState();
    if (state === 'disabled' || state === 'unsupported') return true;
    if (Date.now() > deadline) return false;
    await sleep(20);
  }
}
