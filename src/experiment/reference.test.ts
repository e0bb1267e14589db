// SPDX-License-Identifier: Apache-2.0
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ourselves } from '../core/privileges.ts';
import type { PlannedCase } from './protocol.ts';
import { referenceOutputs } from './reference.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reference-'));
});
afterEach(() => rm(folder, { recursive: true }));

const UNITS = { 'short-01': 3, 'long-01': 30, 'short-02': 3, 'short-03': 3 };

/** Two groups, of which each says its name and how much work it got. */
function plannedCase(lines: string): PlannedCase {
  const group = (id: string) => ({
    ...{ id, class: 'short' as const, folder: join(folder, 'prepared') },
    shell_lines: lines.replaceAll('GROUP', id),
  });
  const task = (id: string, of: string) => ({
    ...{ id, class: 'short' as const, group: of, size: 1, release_s: 0 },
  });
  return {
    test_id: 'x',
    original_cwd: folder,
    groups: [group('a'), group('b')],
    tasks: [
      ...[task('short-01', 'a'), task('long-01', 'a'), task('short-02', 'b')],
      task('short-03', 'a'),
    ],
    ...{ work: null, costs: null, units: null },
    ...{ shares_input: true, checks_output: true, cleanup: [] },
  };
}

async function outputs(lines: string, signal = new AbortController().signal) {
  await mkdir(join(folder, 'prepared'));
  return referenceOutputs(plannedCase(lines), UNITS, ourselves(), signal);
}

test('every task has the output of its program with its work, which is run once', async () => {
  const lines = 'echo >> "$ORIGINAL_CWD"/log; echo " GROUP $WORK_UNITS "';
  expect(await outputs(lines)).toEqual({
    ...{ 'short-01': 'a 3', 'long-01': 'a 30', 'short-02': 'b 3', 'short-03': 'a 3' },
  });
  expect(await readFile(join(folder, 'log'), 'utf8')).toHaveLength(3);
});

test('a task that fails here says so, and one that is stopped is no failure', async () => {
  const failing = outputs('echo no luck >&2; exit 3');
  await expect(failing).rejects.toThrow(/results of x: .* exit code 3: no luck/);
  await rm(join(folder, 'prepared'), { recursive: true });
  const stop = new AbortController();
  const stopped = outputs('exec sleep 100', stop.signal);
  setImmediate(() => stop.abort());
  await expect(stopped).rejects.toMatchObject({ code: 'INTERRUPTED' });
});
