// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { schedExtObstacle } from '../machine/sched-ext.ts';
import { chooseTarget } from './prepare.ts';

const PLAIN = ['default', 'policy:fifo'];
const MACHINE_CPUS = 4;
const auto = (hostCpus: number | undefined, specs: readonly string[]) =>
  chooseTarget({ target: 'auto', ...(hostCpus ? { hostCpus } : {}) }, specs, MACHINE_CPUS);

test("the kernel's own scheduler runs on as many of the host's CPUs as are asked for", () => {
  expect(auto(undefined, PLAIN)).toBe('host');
  expect(auto(1, PLAIN)).toBe('host');
  expect(auto(4, PLAIN)).toBe('host');
});

test('more CPUs than the host has are those of a guest', () => {
  expect(auto(5, PLAIN)).toBe('vm');
  const onHost = { target: 'host', hostCpus: 5 } as const;
  expect(() => chooseTarget(onHost, PLAIN, MACHINE_CPUS)).toThrow(
    /it has 4 CPUs, not 5. Use --target vm/,
  );
});

test('a scheduler would see the CPUs that the tasks may not use, so it gets a guest', () => {
  expect(auto(2, ['default', 'fifo'])).toBe('vm');
  expect(auto(4, ['default', 'fifo'])).toBe(schedExtObstacle() ? 'vm' : 'host');
});
