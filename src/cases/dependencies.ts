// SPDX-License-Identifier: Apache-2.0
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/** The case's dependencies (commands) that are not on PATH. */
export async function missingDependencies(
  dependencies: readonly string[],
  path = process.env.PATH ?? '',
): Promise<string[]> {
  const found = await Promise.all(dependencies.map((name) => isCommand(name, path)));
  return dependencies.filter((_, index) => !found[index]);
}

async function isCommand(name: string, path: string): Promise<boolean> {
  const candidates = path.split(delimiter).map((folder) => join(folder, name));
  const hits = await Promise.all(
    candidates.map((file) =>
      access(file, constants.X_OK).then(
        () => true,
        () => false,
      ),
    ),
  );
  return hits.includes(true);
}
