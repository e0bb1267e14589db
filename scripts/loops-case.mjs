// SPDX-License-Identifier: Apache-2.0
// A case file of shell loops, for the scripts that do harm to experiments or repeat them.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Shell lines that count so far. */
export const loop = (rounds) => `i=0; while [ $i -lt ${rounds} ]; do i=$((i+1)); done`;

/** Writes `cases.json` into `folder`, five short tasks and a long one; `changes` are to its case. */
export function writeLoopsCase(folder, changes) {
  const testCase = {
    ...{ id: 'loops', name: 'Loops', description: 'shell loops', category: 'test' },
    ...{ small_setup: [], large_setup: [], cleanup_commands: [], dependencies: [] },
    ...changes,
  };
  const configuration = { short_tasks: 5, long_tasks: 1, total_tasks: 6 };
  const document = { configuration, test_cases: [testCase], metadata: {} };
  writeFileSync(join(folder, 'cases.json'), JSON.stringify(document));
}
