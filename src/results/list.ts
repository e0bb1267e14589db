// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LabError, messageOf } from '../core/errors.ts';
import { parseDocument } from '../core/parse-document.ts';
import { type ExperimentRecord, experimentRecordSchema } from './experiment-record.ts';

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
 * The experiments in the folders of `parent`, oldest first, without their runs.
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
  for (const name of names) {
    const folder = join(parent, name);
    const file = join(folder, 'experiment.json');
    if (!existsSync(file)) continue;
    try {
      const text = await readFile(file, 'utf8');
      experiments.push({ folder, experiment: parseDocument(experimentRecordSchema, text, file) });
    } catch (error) {
      unreadable.push({ folder, reason: messageOf(error) });
    }
  }
  experiments.sort((a, b) => a.experiment.created_at.localeCompare(b.experiment.created_at));
  return { experiments, unreadable };
}
