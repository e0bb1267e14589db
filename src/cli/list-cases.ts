// SPDX-License-Identifier: Apache-2.0
import Table from 'cli-table3';
import { countsOf, readCaseFile } from '../cases/case-file.ts';
import { INSTALL_DEPENDENCIES, missingDependencies } from '../cases/dependencies.ts';
import { EXIT, type ExitStatus } from './exit-status.ts';
import { answer, type CliIo } from './io.ts';
import type { MeasureOptions, OutputOptions } from './options.ts';

type Options = MeasureOptions & OutputOptions;

/** With `--list` the cases are the answer, whatever the command is. */
export async function listOr<O extends Options>(
  options: O,
  io: CliIo,
  command: (options: O, io: CliIo) => Promise<ExitStatus>,
): Promise<ExitStatus> {
  if (!options.list) return command(options, io);
  await listCases(options, io);
  return EXIT.ok;
}

/** The cases of a file, and what this machine lacks to run each. */
async function listCases(options: Options, io: CliIo): Promise<void> {
  const file = await readCaseFile(options.cases);
  const cases = await Promise.all(
    file.cases.map(async (testCase) => ({
      id: testCase.id,
      name: testCase.name,
      category: testCase.category,
      short_tasks: countsOf(testCase).short,
      long_tasks: countsOf(testCase).long,
      missing: await missingDependencies(testCase.dependencies),
    })),
  );
  if (options.json) {
    answer(io, JSON.stringify({ cases }, null, 2));
    return;
  }
  const table = new Table({
    head: ['id', 'name', 'category', 'tasks', 'missing'],
    style: { head: [], border: [] },
  });
  for (const { id, name, category, short_tasks, long_tasks, missing } of cases) {
    table.push([id, name, category, `${short_tasks} + ${long_tasks}`, missing.join(', ') || '–']);
  }
  const incomplete = cases.some(({ missing }) => missing.length > 0);
  answer(
    io,
    incomplete ? `${table}\nTo install what is missing: ${INSTALL_DEPENDENCIES}` : table.toString(),
  );
}
