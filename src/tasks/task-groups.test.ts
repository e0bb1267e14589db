// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { packageRoot } from '../core/paths.ts';
import { ourselves, taskEnvironment } from '../core/privileges.ts';
import { Gate } from './gate.ts';
import { TaskGroups } from './task-groups.ts';

const program = join(packageRoot, 'assets/gate/build/gate');
const MIB = 2 ** 20;

let folder: string;
beforeAll(() => {
  execFileSync('make', ['-s', '-C', join(packageRoot, 'assets/gate')]);
  folder = mkdtempSync(join(tmpdir(), 'task-groups-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

test.runIf(process.getuid?.() === 0)(
  'who wants more than the limit does not get it, and is named; the others go on',
  async () => {
    const tasks = [
      'exec python3 -c "print(len(bytearray(200 * 2**20)))"',
      'i=0; while [ $i -lt 99 ]; do i=$((i+1)); sleep 10 & done; wait',
      'echo small',
    ].map((lines, index) => {
      const taskFolder = join(folder, String(index));
      mkdirSync(taskFolder);
      const environment = taskEnvironment(taskFolder);
      return { folder: taskFolder, environment, command: ['/bin/sh', '-c', lines] };
    });
    const limits = { memoryBytes: 64 * MIB, processes: 40 };
    await using groups = TaskGroups.create(limits, 512 * MIB);
    expect(groups.problem).toBeNull();
    const run = async () => {
      await using gate = await Gate.close(program, tasks, {
        ...{ timeoutS: 20, user: ourselves(), groups },
      });
      await gate.open();
      return gate.results();
    };
    // Twice: the groups of one run do not stand in the way of the next.
    for (const result of [await run(), await run()]) {
      expect(result.tasks.map(({ limit }) => limit)).toEqual(['memory', 'processes', undefined]);
      expect(result.tasks[0]?.exit_code).not.toBe(0);
      expect(result.tasks[2]?.exit_code).toBe(0);
    }
  },
);
