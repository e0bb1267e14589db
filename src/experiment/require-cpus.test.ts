// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import type { Place } from '../results/experiment-record.ts';
import { placeWarnings } from './noise-warnings.ts';
import { requireCpus } from './require-cpus.ts';

const vm = { cpus: 8, memoryBytes: 2 ** 31 };

test('a place with other CPUs than were asked for is refused', () => {
  expect(() => requireCpus({ vm }, { target: 'vm', cpus: 8 })).not.toThrow();
  expect(() => requireCpus({ vm }, { target: 'vm', cpus: 7 })).toThrow('has 7 CPUs, not 8');
  expect(() => requireCpus({ vm }, { target: 'host', cpus: 2 })).not.toThrow();
  const one = { vm, hostCpus: 1 };
  expect(() => requireCpus(one, { target: 'host', cpus: 2 })).toThrow('has 2 CPUs, not 1');
});

test('a scheduler on a host with CPUs that the tasks may not use is warned of', () => {
  const place: Place = {
    target: 'host',
    cpus: 1,
    memory_bytes: 0,
    kernel_release: '7.3',
    clock_source: 'tsc',
    accelerator: null,
    qemu_version: null,
    vcpu_limit: null,
  };
  const confined = { ...place, cpu_list: '0' };
  expect(placeWarnings(confined, true).map(({ code }) => code)).toEqual(['cpus_by_affinity']);
  expect(placeWarnings(confined, false)).toEqual([]);
  expect(placeWarnings(place, true)).toEqual([]);
});
