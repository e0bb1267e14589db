// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { isPointless } from './pointless.ts';
import type { PlannedScheduler } from './protocol.ts';

const SCHEDULERS: PlannedScheduler[] = [
  { name: 'default', kind: 'default' },
  { name: 'fifo', kind: 'object', object: '/fifo.bpf.o', tunables: [], history: null },
  { name: 'policy:rr', kind: 'policy', policy: { kind: 'rr' } as never },
];
const pointlessOf = (unusable: string[]) =>
  SCHEDULERS.filter(({ name }) =>
    isPointless(
      { index: 0, block: 0, test_id: 'x', scheduler: name },
      SCHEDULERS,
      new Set(unusable),
    ),
  ).map(({ name }) => name);

test('an arm that cannot be had is left out, and all when nothing is left to compare', () => {
  expect(pointlessOf([])).toEqual([]);
  expect(pointlessOf(['fifo'])).toEqual(['fifo']);
  expect(pointlessOf(['fifo', 'policy:rr'])).toEqual(['default', 'fifo', 'policy:rr']);
});
