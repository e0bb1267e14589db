// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import type { TestCase } from '../cases/case-file.ts';
import { runnableCases } from './runnable-cases.ts';

const caseWith = (id: string, dependencies: string[]) => ({ id, dependencies }) as TestCase;
const PRESENT = caseWith('present', ['sh']);
const ABSENT = caseWith('absent', ['sh', 'no-such-program-at-all']);

test('a case that lacks something is left out with the reason, and the others go on', async () => {
  const { runnable, skipped } = await runnableCases([ABSENT, PRESENT]);
  expect(runnable).toEqual([PRESENT]);
  expect(skipped).toEqual([
    {
      code: 'case_skipped',
      message: 'The case absent needs no-such-program-at-all: scripts/install-deps.sh --cases',
    },
  ]);
});

test('when none is left, the environment lacks something', async () => {
  await expect(runnableCases([ABSENT])).rejects.toMatchObject({ code: 'ENVIRONMENT' });
});
