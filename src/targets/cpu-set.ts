// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { LabError } from '../core/errors.ts';

/** More than any kernel knows. */
const MOST_CPUS = 65_536;

/** The numbers of the CPUs that this process and what it starts may use, ascending. */
export function allowedCpus(): number[] {
  const status = readFileSync('/proc/self/status', 'utf8');
  return parseCpuList(/^Cpus_allowed_list:\s*(\S+)$/m.exec(status)?.[1] ?? '');
}

/**
 * `0-2,5` → 0, 1, 2, 5: as the kernel and taskset write sets of CPUs.
 * @throws LabError ENVIRONMENT for what they do not write
 */
export function parseCpuList(text: string): number[] {
  return text
    .split(',')
    .filter(Boolean)
    .flatMap((part) => {
      const [, from, to = from] = /^(\d+)(?:-(\d+))?$/.exec(part) ?? [];
      const [first, last] = [Number(from), Number(to)];
      if (!(last < MOST_CPUS)) {
        throw new LabError(
          'ENVIRONMENT',
          `"${part}" is no set of CPUs, as the kernel writes them.`,
        );
      }
      return Array.from({ length: last - first + 1 }, (_, place) => first + place);
    });
}

/** 0, 1, 2, 5 → `0-2,5`; the numbers ascend. */
export function cpuList(cpus: readonly number[]): string {
  const ranges: [first: number, last: number][] = [];
  for (const cpu of cpus) {
    const range = ranges.at(-1);
    if (range?.[1] === cpu - 1) range[1] = cpu;
    else ranges.push([cpu, cpu]);
  }
  return ranges.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join();
}
