// SPDX-License-Identifier: Apache-2.0
import type { Command } from 'commander';
import { readStoredExperiment } from '../results/read.ts';
import type { ExitStatus } from './exit-status.ts';
import { answer, type CliIo } from './io.ts';
import { addOutputOptions, type OutputOptions } from './options.ts';

export function defineAnalyze(command: Command, io: CliIo, done: (status: ExitStatus) => void) {
  addOutputOptions(command)
    .description('render stored results: PNG charts and a report')
    .argument('<dir...>', "experiments' folders")
    .action(async (folders: string[], options: OutputOptions) =>
      done(await analyzeCommand(folders, options, io)),
    );
}

async function analyzeCommand(
  folders: readonly string[],
  options: OutputOptions,
  io: CliIo,
): Promise<ExitStatus> {
  const { renderReport } = await import('../report/render.ts');
  // All are read, and refused if need be, before the first is drawn.
  const stored = await Promise.all(folders.map(readStoredExperiment));
  const files: string[] = [];
  for (const experiment of stored) files.push(...(await renderReport(experiment)));
  answer(io, options.json ? JSON.stringify({ files }, null, 2) : files.join('\n'));
  return 0;
}
