// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { fairMakespan } from '../stats/fair-share.ts';
import { longCpuTime } from './calibrate.ts';
import { idealRunS } from './ideal-run.ts';

const BATCH = { short: 39, long: 1 };

test.each([
  [1, 39],
  [2, 19.5],
  [4, 6.5],
  [8, 39 / 14],
])('work that is balanced fits %s CPUs', (cpus, seconds) => {
  expect(idealRunS({ short_cpu_s: 0.5, skew: 'balanced' }, BATCH, 1, cpus)).toBeCloseTo(seconds, 9);
});

test('a long task of a given size is the limit where there are many CPUs', () => {
  const work = { short_cpu_s: 1, skew: 10 };
  expect(idealRunS(work, { short: 40, long: 1 }, 2, 4)).toBeCloseTo(25, 9);
  expect(idealRunS(work, { short: 40, long: 1 }, 2, 64)).toBeCloseTo(20, 9);
});

// What docs/architecture.md says of a sweep over CPUs.
test.each([
  [1, 1, 1],
  [2, 1.49, 1.23],
  [4, 1.69, 1.69],
  [8, 1.72, 1.31],
])(
  'fair sharing of %s CPUs takes %s of the bound when balanced, else %s',
  (cpus, balanced, fixed) => {
    const ratio = (skew: 'balanced' | number) => {
      const times = [...new Array<number>(39).fill(1), longCpuTime(1, 39, 1, cpus, skew)];
      const jobs = times.map((cpuTimeS) => ({ cpuTimeS, releaseS: 0 }));
      return fairMakespan(jobs, cpus) / idealRunS({ short_cpu_s: 1, skew }, BATCH, 1, cpus);
    };
    expect(ratio('balanced')).toBeCloseTo(balanced, 2);
    expect(ratio(longCpuTime(1, 39, 1, 4, 'balanced'))).toBeCloseTo(fixed, 2);
  },
);
