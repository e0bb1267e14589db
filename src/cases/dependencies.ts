// SPDX-License-Identifier: Apache-2.0
import { isCommand, runCommand } from '../core/run-command.ts';

/** Installs what any case of ours needs; those of others may need more than it knows. */
export const INSTALL_DEPENDENCIES = 'scripts/install-deps.sh --cases';

/** The case's dependencies that are neither a command on PATH nor a library that pkg-config knows. */
export async function missingDependencies(dependencies: readonly string[]): Promise<string[]> {
  const found = await Promise.all(
    dependencies.map(async (name) => (await isCommand(name)) || (await isLibrary(name))),
  );
  return dependencies.filter((_, index) => !found[index]);
}

async function isLibrary(name: string): Promise<boolean> {
  return !(await runCommand('pkg-config', ['--exists', '--', name])).failed;
}
