// SPDX-License-Identifier: Apache-2.0
/** The cases' own C and C++ programs, built to end at their first wrong access, leak or undefined result. */
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { packageRoot } from '../core/paths.ts';
import { ourselves } from '../core/privileges.ts';
import { runCommand } from '../core/run-command.ts';
import { readCaseFile } from './case-file.ts';
import { prepareCase } from './prepare.ts';

const UNITS = '20';
const FLAGS =
  '-g -Wall -Wextra -Werror -fsanitize=address,undefined,float-cast-overflow -fno-sanitize-recover=all';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'programs-sanitized-'));
  vi.stubEnv('SCHEDLAB_CACHE', root);
  for (const [variable, compiler] of [
    ['CC', 'gcc'],
    ['CXX', 'g++'],
  ] as const) {
    const wrapper = join(root, compiler);
    // The sanitizers cannot be linked statically.
    const script = `#!/bin/bash\nexec ${compiler} ${FLAGS} "\${@/#-static/-g}"\n`;
    await writeFile(wrapper, script);
    await chmod(wrapper, 0o755);
    vi.stubEnv(variable, wrapper);
  }
});
afterAll(() => {
  vi.unstubAllEnvs();
  return rm(root, { recursive: true });
});

const { cases } = await readCaseFile(join(packageRoot, 'test_cases_parallel.json'));
const compiled = cases.filter(
  ({ isMix, groups }) => !isMix && /\$\{C(C|XX):-/.test(JSON.stringify(groups)),
);

test('three cases are compiled', () => {
  expect(compiled.map(({ id }) => id)).toEqual([
    ...['video_transcode', 'ctest_suite', 'git_add_different'],
  ]);
});

test.each(compiled)('$id', async (testCase) => {
  const options = { originalCwd: packageRoot, fresh: false, user: ourselves() };
  for (const { folder, shellLines } of await prepareCase(testCase, options)) {
    for (const [units, failed] of [
      [UNITS, false],
      ['-1', true],
    ] as const) {
      const result = await runCommand('sh', ['-c', shellLines], {
        cwd: folder,
        env: { WORK_UNITS: units },
      });
      expect(result.stderr).not.toMatch(/Sanitizer|runtime error/);
      expect({ units, failed: result.failed }).toEqual({ units, failed });
    }
  }
});
