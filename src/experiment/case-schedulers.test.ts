// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { TestCase } from '../cases/case-file.ts';
import { packageRoot } from '../core/paths.ts';
import { casesWithScheduler, schedulerOf } from './case-schedulers.ts';

const caseOf = (id: string, scheduler?: string) =>
  ({ id, ...(scheduler === undefined ? {} : { scheduler }) }) as TestCase;
const FOLDER = join(packageRoot, 'schedulers');

test('a case is compared with the scheduler that it names, else with the one of its name', () => {
  expect(schedulerOf(caseOf('ctest_suite'))).toBe('ctest_suite');
  expect(schedulerOf(caseOf('mine', 'fifo'))).toBe('fifo');
});

test('a case without a scheduler is left out with the reason, and the others go on', async () => {
  const [own, named, policy, missing] = [
    caseOf('ctest_suite'),
    caseOf('x', 'fifo:slice_us=1000'),
    caseOf('y', 'policy:fifo'),
    caseOf('z', 'no_such_scheduler'),
  ] as const;
  const found = await casesWithScheduler([own, missing, named, policy], FOLDER);
  expect(found.compared).toEqual([own, named, policy]);
  expect(found.without).toEqual([
    {
      code: 'case_without_scheduler',
      message: expect.stringMatching(/case z .* no scheduler no_such_scheduler .*--schedulers/),
    },
  ]);
});

test('when none is left it is wrong usage, and the schedulers that there are are listed', async () => {
  const attempt = casesWithScheduler([caseOf('mine')], FOLDER);
  await expect(attempt).rejects.toMatchObject({ code: 'USAGE' });
  await expect(casesWithScheduler([caseOf('mine')], FOLDER)).rejects.toThrow(
    /case mine .*--schedulers.*\nThere are: default, .*fifo/,
  );
});
