// SPDX-License-Identifier: Apache-2.0
import { availableParallelism } from 'node:os';
import { expect, test } from 'vitest';
import { allowedCpus, cpuList, parseCpuList } from './cpu-set.ts';

test.each([
  ['0', [0]],
  ['0-2,5', [0, 1, 2, 5]],
  ['3,7-8,10', [3, 7, 8, 10]],
])('%s is a set of CPUs, there and back', (text, cpus) => {
  expect(parseCpuList(text)).toEqual(cpus);
  expect(cpuList(cpus)).toBe(text);
});

test('neighbours that are written one by one become a range', () => {
  expect(cpuList(parseCpuList('0,1,2,3'))).toBe('0-3');
});

test.each(['0-4294967295', 'x', '1-', '-1', '0-1-2', '1e3'])('%s is no set of CPUs', (text) => {
  expect(() => parseCpuList(text)).toThrow(/is no set of CPUs/);
});

test('knows the CPUs that we may use', () => {
  const cpus = allowedCpus();
  expect(cpus.length).toBeGreaterThanOrEqual(availableParallelism());
  expect(cpus).toEqual(cpus.toSorted((a, b) => a - b));
});
