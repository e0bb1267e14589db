// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import type { PlannedCase } from './protocol.ts';
import { caseDigest, requireSame } from './sameness.ts';

const PLACE = {
  target: 'vm' as const,
  cpus: 4,
  memory_bytes: 1,
  kernel_release: '7.3.4',
  clock_source: 'tsc',
  accelerator: 'tcg',
  qemu_version: '10.0.2',
  vcpu_limit: 0.4,
};

test('says what differs, then and now', () => {
  const other = { ...PLACE, kernel_release: '6.17.0' };
  expect(() => requireSame('Cannot resume x', 'the place', PLACE, other)).toThrow(
    'Cannot resume x: the place differs: its kernel_release was "7.3.4" and is "6.17.0".',
  );
  expect(() => requireSame('Cannot resume x', 'the place', PLACE, { ...PLACE })).not.toThrow();
});

test("a case's digest is that of its work, wherever it was prepared", () => {
  const groupOf = (id: string, folder: string) => ({
    ...{ id, class: id, folder, shell_lines: 'exec ./a' },
  });
  const planned = (folder: string, skew: number, size = 1) =>
    ({
      groups: [groupOf('short', folder), groupOf('long', folder)],
      tasks: [{ id: 'short-01', class: 'short', group: 'short', size, release_s: 0 }],
      work: { short_cpu_s: 1, skew },
      cleanup: [],
    }) as unknown as PlannedCase;
  expect(caseDigest(planned('/a/123', 3))).toBe(caseDigest(planned('/b/123', 3)));
  expect(caseDigest(planned('/a/123', 3))).not.toBe(caseDigest(planned('/a/124', 3)));
  expect(caseDigest(planned('/a/123', 3))).not.toBe(caseDigest(planned('/a/123', 4)));
  expect(caseDigest(planned('/a/123', 3))).not.toBe(caseDigest(planned('/a/123', 3, 2)));
  // What is stored in the experiments of before.
  expect(caseDigest(planned('/a/123', 3))).toBe(
    'f1346d657f9964c6bf44698f4628b383285cd18ece08c1bf694a101cbb5c3d6c',
  );
});
