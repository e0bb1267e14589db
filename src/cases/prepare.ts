// SPDX-License-Identifier: Apache-2.0
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { LabError } from '../core/errors.ts';
import { runCommand } from '../core/run-command.ts';
import type { TestCase } from './case-file.ts';

/** What setup leaves behind for one class of tasks, to be cloned for each task. */
export interface PreparedClass {
  readonly folder: string;
  readonly shellLines: string;
}

export interface PreparedCase {
  readonly short: PreparedClass;
  readonly long: PreparedClass;
}

/**
 * Runs the setup of both classes, each once, in a folder of its own below `folder`.
 * @throws LabError INVALID_INPUT with the end of what the failing setup wrote
 */
export async function prepareCase(
  testCase: TestCase,
  originalCwd: string,
  folder: string,
  signal?: AbortSignal,
): Promise<PreparedCase> {
  const prepareClass = async (
    name: 'short' | 'long',
    setup: readonly string[],
    commands: readonly string[],
  ): Promise<PreparedClass> => {
    const classFolder = join(folder, testCase.id, name);
    await mkdir(classFolder, { recursive: true });
    await runSetup(testCase.id, setup, classFolder, originalCwd, signal);
    return { folder: classFolder, shellLines: commands.join('\n') };
  };
  return {
    short: await prepareClass('short', testCase.small_setup, testCase.small_commands),
    long: await prepareClass('long', testCase.large_setup, testCase.large_commands),
  };
}

async function runSetup(
  id: string,
  setup: readonly string[],
  cwd: string,
  originalCwd: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (setup.length === 0) return;
  const result = await runCommand('/bin/sh', ['-e', '-c', setup.join('\n')], {
    cwd,
    env: { ORIGINAL_CWD: originalCwd },
    ...(signal ? { cancelSignal: signal } : {}),
  });
  if (result.interrupted) throw new LabError('INTERRUPTED', 'Interrupted while preparing.');
  if (result.failed) {
    throw new LabError(
      'INVALID_INPUT',
      `The setup of case ${id} failed (${result.ending}):\n${result.all.slice(-2000)}\n` +
        'Run "schedlab doctor" to see whether a tool is missing.',
    );
  }
}
