// SPDX-License-Identifier: Apache-2.0
/** Ten faults at random moments; scripts/inject-faults.mjs by hand does more of them. */
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { packageRoot } from '../core/paths.ts';

test.each([
  [2, 'vm'],
  [8, 'host'],
])('%i faults, target %s: no promise is broken', async (faults, target) => {
  const script = join(packageRoot, 'scripts/inject-faults.mjs');
  const seed = '1';
  const { stdout, all, exitCode } = await execa(
    process.execPath,
    [script, String(faults), seed, target],
    { reject: false, all: true },
  );
  expect(exitCode, all).toBe(0);
  expect(stdout).toContain(`${faults} faults injected (seed 1), 0 promises broken`);
});
