// SPDX-License-Identifier: Apache-2.0
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { execa, type Options } from 'execa';

/** How a program ended and what it wrote. */
export interface CommandResult {
  readonly failed: boolean;
  readonly interrupted: boolean;
  /** What a message can say of its end: `exit code 2`, `signal SIGKILL`, or why it did not start. */
  readonly ending: string;
  readonly stdout: string;
  readonly stderr: string;
  /** Both, in the order in which they came. */
  readonly all: string;
}

/** Runs a program without a shell. A program that fails or is not there is a result, no exception. */
export async function runCommand(
  file: string,
  args: readonly string[],
  options: Pick<Options, 'cwd' | 'env' | 'extendEnv' | 'cancelSignal' | 'timeout'> = {},
): Promise<CommandResult> {
  const result = await execa(file, args, {
    ...options,
    reject: false,
    stdin: 'ignore',
    all: true,
  });
  return {
    failed: result.failed,
    interrupted: result.isCanceled,
    ending:
      result.exitCode !== undefined
        ? `exit code ${result.exitCode}`
        : result.signal
          ? `signal ${result.signal}`
          : (result.originalMessage ?? 'did not start'),
    stdout: result.stdout,
    stderr: result.stderr,
    all: result.all,
  };
}

/** True when a program of that name is on `path`. */
export async function isCommand(name: string, path = process.env.PATH ?? ''): Promise<boolean> {
  const tries = path.split(delimiter).map((folder) =>
    access(join(folder, name), constants.X_OK).then(
      () => true,
      () => false,
    ),
  );
  return (await Promise.all(tries)).includes(true);
}
