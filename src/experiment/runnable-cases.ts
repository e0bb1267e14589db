// SPDX-License-Identifier: Apache-2.0
import type { TestCase } from '../cases/case-file.ts';
import { INSTALL_DEPENDENCIES, missingDependencies } from '../cases/dependencies.ts';
import { LabError } from '../core/errors.ts';
import type { Warning } from '../results/experiment-record.ts';

/** The code of the warning that a case was left out. */
export const CASE_SKIPPED = 'case_skipped';

/**
 * The cases that can run here, and a warning for each that lacks something.
 * @throws LabError ENVIRONMENT when none can
 */
export async function runnableCases(
  cases: readonly TestCase[],
): Promise<{ runnable: TestCase[]; skipped: Warning[] }> {
  const runnable: TestCase[] = [];
  const skipped: Warning[] = [];
  for (const testCase of cases) {
    const missing = await missingDependencies(testCase.dependencies);
    if (missing.length === 0) runnable.push(testCase);
    else {
      const message = `The case ${testCase.id} needs ${missing.join(', ')}: ${INSTALL_DEPENDENCIES}`;
      skipped.push({ code: CASE_SKIPPED, message });
    }
  }
  if (runnable.length > 0) return { runnable, skipped };
  throw new LabError('ENVIRONMENT', skipped.map(({ message }) => message).join('\n'));
}
