// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { kernelMemoryBytes, parseKernelMemory } from './kernel-memory.ts';

test('adds up what the kernel keeps, and nothing that it can give back', async () => {
  const meminfo = [
    ...['MemTotal:       32617812 kB', 'Slab:             571620 kB'],
    ...[
      'SReclaimable:     501200 kB',
      'SUnreclaim:        70420 kB',
      'Percpu:             1580 kB',
    ],
  ].join('\n');
  expect(parseKernelMemory(meminfo)).toBe((70_420 + 1_580) * 1024);
  expect(await kernelMemoryBytes()).toBeGreaterThan(2 ** 20);
});
