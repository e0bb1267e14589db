// SPDX-License-Identifier: Apache-2.0
import { dirname, join, resolve, sep } from 'node:path';
import type { Command } from 'commander';
import { LabError } from '../core/errors.ts';
import { whyNoCpuSweep } from '../report/cpu-sweep-view.ts';
import { isCpuSweep, readCpuSweep, readParts } from '../results/cpu-sweep.ts';
import { readStoredExperiment, type StoredExperiment } from '../results/read.ts';
import type { ExitStatus } from './exit-status.ts';
import { answer, type CliIo } from './io.ts';
import { addOutputOptions, type OutputOptions } from './options.ts';

export function defineAnalyze(command: Command, io: CliIo, done: (status: ExitStatus) => void) {
  addOutputOptions(command)
    .description(
      'render stored results: PNG charts and a report; of one comparison at several CPU counts also ' +
        'its makespan ratio against CPUs',
    )
    .argument('<dir...>', "experiments' folders, or that of a sweep over CPUs")
    .action(async (folders: string[], options: OutputOptions) =>
      done(await analyzeCommand(folders, options, io)),
    );
}

async function analyzeCommand(
  folders: readonly string[],
  options: OutputOptions,
  io: CliIo,
): Promise<ExitStatus> {
  // All are read, and refused if need be, before the first is drawn.
  const { experiments, sweeps } = await readFolders(folders);
  const { renderReport } = await import('../report/render.ts');
  const files: string[] = [];
  for (const experiment of experiments) files.push(...(await renderReport(experiment)));
  if (sweeps.length > 0) {
    const { renderCpuSweep } = await import('../report/render-cpu-sweep.ts');
    for (const { name, folder, parts } of sweeps) {
      files.push(...(await renderCpuSweep(name, folder, parts)));
    }
  }
  answer(io, options.json ? JSON.stringify({ files }, null, 2) : files.join('\n'));
  return 0;
}

interface Sweep {
  readonly name: string;
  /** Where its charts go. */
  readonly folder: string;
  readonly parts: readonly StoredExperiment[];
}

/** The experiments to render, and what of them is one comparison at several CPU counts. */
async function readFolders(
  folders: readonly string[],
): Promise<{ experiments: StoredExperiment[]; sweeps: Sweep[] }> {
  const read = await Promise.all(folders.map(readFolder));
  const sweeps = read.flatMap(({ sweep }) => sweep ?? []);
  const single = read.flatMap(({ sweep, experiments }) => (sweep ? [] : experiments));
  const placed = single.filter(({ experiment }) => experiment.place !== null);
  if (placed.length > 1 && whyNoCpuSweep(placed.map(({ experiment }) => experiment)) === null) {
    const folder = commonFolder(placed.map((stored) => resolve(stored.folder)));
    const cases = placed[0]?.experiment.plan.cases.map(({ test_id }) => test_id) ?? [];
    sweeps.push({ name: cases.join(', '), folder, parts: placed });
  }
  return { experiments: read.flatMap(({ experiments }) => experiments), sweeps };
}

async function readFolder(
  folder: string,
): Promise<{ experiments: StoredExperiment[]; sweep: Sweep | null }> {
  if (!isCpuSweep(folder)) {
    return { experiments: [await readStoredExperiment(folder)], sweep: null };
  }
  const sweep = await readCpuSweep(folder);
  const parts = await readParts(sweep);
  const reason = whyNoCpuSweep(parts.map(({ experiment }) => experiment));
  if (reason !== null) {
    throw new LabError(
      'INVALID_INPUT',
      `${folder} is not one sweep over CPUs: of its parts, ${reason}.`,
    );
  }
  return { experiments: parts, sweep: { name: sweep.record.name, folder, parts } };
}

/** The innermost folder that holds all of them. */
function commonFolder(folders: readonly string[]): string {
  let common = dirname(folders[0] as string);
  while (!folders.every((folder) => `${folder}${sep}`.startsWith(join(common, sep)))) {
    common = dirname(common);
  }
  return common;
}
