// SPDX-License-Identifier: Apache-2.0
import type { TestCase } from '../cases/case-file.ts';
import { LabError } from '../core/errors.ts';
import type { Warning } from '../results/experiment-record.ts';
import { listSchedulers } from '../scheduler/build.ts';
import { parseScheduler } from '../scheduler/spec.ts';

/** What a case is compared with when nothing is said: what it names, else what has its name. */
export function schedulerOf({ id, scheduler }: Pick<TestCase, 'id' | 'scheduler'>): string {
  return scheduler ?? id;
}

/**
 * The cases whose own scheduler there is, and a warning for each of the others.
 * @throws LabError USAGE when there is none
 */
export async function casesWithScheduler(
  cases: readonly TestCase[],
  schedulersFolder: string,
): Promise<{ compared: TestCase[]; without: Warning[] }> {
  const known = await listSchedulers(schedulersFolder);
  const isThere = (testCase: TestCase) => {
    const spec = parseScheduler(schedulerOf(testCase));
    return spec.kind !== 'named' || known.includes(spec.name);
  };
  const compared = cases.filter(isThere);
  const without = cases
    .filter((testCase) => !compared.includes(testCase))
    .map((testCase) => ({
      code: 'case_without_scheduler',
      message:
        `The case ${testCase.id} was left out: there is no scheduler ` +
        `${schedulerOf(testCase)} to compare. Say which: --schedulers fifo, for example.`,
    }));
  if (compared.length > 0) return { compared, without };
  const choice = `There are: ${known.join(', ')}.`;
  throw new LabError('USAGE', [...without.map(({ message }) => message), choice].join('\n'));
}
