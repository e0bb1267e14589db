// SPDX-License-Identifier: Apache-2.0
import { isCommand } from '../core/run-command.ts';

/** The case's dependencies (commands) that are not on PATH. */
export async function missingDependencies(dependencies: readonly string[]): Promise<string[]> {
  const found = await Promise.all(dependencies.map((name) => isCommand(name)));
  return dependencies.filter((_, index) => !found[index]);
}
