// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { LabError, messageOf } from '../core/errors.ts';
import { readText } from '../core/read-text.ts';
import { isCpuSweep } from './cpu-sweep.ts';
import { type ExperimentRecord, experimentRecordSchema } from './experiment-record.ts';
import { parseStored } from './parse-stored.ts';

export interface ListedExperiment {
  readonly folder: string;
  readonly experiment: ExperimentRecord;
}

/** What could not be read, and why. */
export interface Unreadable {
  readonly folder: string;
  readonly reason: string;
}

/**
 * The experiments in the folders of `parent`, and in those of the sweeps in it, oldest first,
 * without their runs.
 * @throws LabError USAGE when there is no such folder
 */
export async function listExperiments(
  parent: string,
): Promise<{ experiments: ListedExperiment[]; unreadable: Unreadable[] }> {
  const names = await readdir(parent).catch((error: unknown) => {
    throw new LabError('USAGE', `Cannot list experiments: ${messageOf(error)}`, { cause: error });
  });
  const experiments: ListedExperiment[] = [];
  const unreadable: Unreadable[] = [];
  const folders = await Promise.all(names.map((name) => withParts(join(parent, name))));
  for (const folder of folders.flat()) {
    const file = join(folder, 'experiment.json');
    if (!existsSync(file)) continue;
    try {
      const text = await readText(file);
      experiments.push({ folder, experiment: parseStored(experimentRecordSchema, text, file) });
    } catch (error) {
      unreadable.push({ folder, reason: messageOf(error) });
    }
  }
  experiments.sort((a, b) => a.experiment.created_at.localeCompare(b.experiment.created_at));
  return { experiments, unreadable };
}

/** The folder, or of a sweep those of its parts. */
async function withParts(folder: string): Promise<string[]> {
  if (!isCpuSweep(folder)) return [folder];
  return (await readdir(folder)).map((name) => join(folder, name));
}
