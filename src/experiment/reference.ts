// SPDX-License-Identifier: Apache-2.0
import { availableParallelism } from 'node:os';
import { LabError } from '../core/errors.ts';
import { commandAs, type TaskUser } from '../core/privileges.ts';
import { runCommand } from '../core/run-command.ts';
import type { PlannedCase, PlannedTask, Units } from './protocol.ts';
import { type PlacedTask, Sandbox } from './sandbox.ts';

/** What each task prints, by its id, without the white space around it. */
export type Outputs = Readonly<Record<string, string>>;

/**
 * What the tasks of a case print when they do all of their work: from runs on this machine, outside
 * the place of measurement and of every scheduler that is measured there; one for all tasks that do
 * the same.
 * @throws LabError EXECUTOR when one of them fails here, INTERRUPTED when `signal` aborts
 */
export async function referenceOutputs(
  planned: PlannedCase,
  units: Units | null,
  user: TaskUser,
  signal: AbortSignal,
): Promise<Outputs> {
  const sameWork = new Map<string, PlannedTask[]>();
  for (const task of planned.tasks) {
    const key = JSON.stringify([task.group, units?.[task.id]]);
    sameWork.set(key, [...(sameWork.get(key) ?? []), task]);
  }
  const alike = [...sameWork.values()];
  await using sandbox = await Sandbox.create(user);
  const tasks = await sandbox.place(
    planned,
    'reference',
    alike.map(([first]) => first as PlannedTask),
    units,
  );
  const outputs: Record<string, string> = {};
  const waiting = [...tasks.entries()];
  const work = async () => {
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      const [place, task] = next;
      const output = await outputOf(planned.test_id, task, user, signal);
      for (const { id } of alike[place] ?? []) outputs[id] = output;
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  return outputs;
}

async function outputOf(
  testId: string,
  task: PlacedTask,
  user: TaskUser,
  signal: AbortSignal,
): Promise<string> {
  const { class: taskClass, command, folder, environment } = task;
  const [program = '', ...args] = commandAs(user, command);
  const options = { cwd: folder, env: environment, extendEnv: false, cancelSignal: signal };
  const result = await runCommand(program, args, options);
  if (!result.failed) return result.stdout.trim().slice(-500);
  if (signal.aborted) throw new LabError('INTERRUPTED', 'Interrupted while results were checked.');
  throw new LabError(
    'EXECUTOR',
    `Cannot check the results of ${testId}: a ${taskClass} task on this machine ended with ` +
      `${result.ending}: ${result.all.trim().slice(-500)}`,
  );
}
