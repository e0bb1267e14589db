// SPDX-License-Identifier: Apache-2.0
import { readFile } from 'node:fs/promises';

/** What the kernel itself has taken and would not give back when memory is short, bytes. */
export async function kernelMemoryBytes(): Promise<number> {
  return parseKernelMemory(await readFile('/proc/meminfo', 'utf8'));
}

/** DSQs are slabs with parts for each CPU; maps' entries are one or the other. */
export function parseKernelMemory(meminfo: string): number {
  const lines = meminfo.matchAll(/^(?:SUnreclaim|Percpu): +(\d+) kB$/gm);
  return Array.from(lines, ([, kib]) => Number(kib) * 1024).reduce((sum, part) => sum + part, 0);
}
