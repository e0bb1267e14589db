// SPDX-License-Identifier: Apache-2.0
import { LabError } from '../core/errors.ts';
import { runCommand } from '../core/run-command.ts';
import type { PlannedCase, Units } from './protocol.ts';
import { Sandbox } from './sandbox.ts';

/** What a task of each class prints, without the white space around it. */
export interface Outputs {
  readonly short: string;
  readonly long: string;
}

/**
 * What the tasks of a case print when they do all of their work: from one run of each class on this
 * machine, outside the place of measurement and of every scheduler that is measured there.
 * @throws LabError EXECUTOR when one of them fails here
 */
export async function referenceOutputs(
  planned: PlannedCase,
  units: Units | null,
  signal: AbortSignal,
): Promise<Outputs> {
  await using sandbox = await Sandbox.create();
  const tasks = await sandbox.place(planned, 'reference', { short: 1, long: 1 }, units);
  const outputs = tasks.map(async ({ class: taskClass, command, folder, environment }) => {
    const [program = '', ...args] = command;
    const options = { cwd: folder, env: environment, cancelSignal: signal };
    const result = await runCommand(program, args, options);
    if (!result.failed) return result.stdout.trim().slice(-500);
    throw new LabError(
      'EXECUTOR',
      `Cannot check the results of ${planned.test_id}: a ${taskClass} task on this machine ended ` +
        `with ${result.ending}: ${result.all.trim().slice(-500)}`,
    );
  });
  const [short = '', long = ''] = await Promise.all(outputs);
  return { short, long };
}
