// SPDX-License-Identifier: Apache-2.0
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
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
    enable_seq: enableSeq === null ? null : Number.parseInt(enableSeq, 10),
  };
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
