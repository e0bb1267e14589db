// SPDX-License-Identifier: Apache-2.0
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LabError, messageOf } from '../core/errors.ts';
import { parseDocument } from '../core/parse-document.ts';
import { type ExperimentRecord, experimentRecordSchema } from './experiment-record.ts';
import { type RunRecord, runRecordSchema } from './run-record.ts';

export interface StoredExperiment {
  readonly folder: string;
  readonly experiment: ExperimentRecord;
  readonly runs: readonly RunRecord[];
}

/**
 * Reads and checks an experiment's folder.
 * @throws LabError INVALID_INPUT naming the file, the line and what is wrong
 */
export async function readStoredExperiment(folder: string): Promise<StoredExperiment> {
  const experimentFile = join(folder, 'experiment.json');
  const runsFile = join(folder, 'runs.ndjson');
  const [experimentText, runsText] = await Promise.all([
    readText(experimentFile),
    readText(runsFile),
  ]);
  const experiment = parseDocument(experimentRecordSchema, experimentText, experimentFile);
  const lines = runsText.split('\n');
  const last = lines.pop();
  // A line without its end is a run that was being written when the machine stopped.
  if (last && experiment.status !== 'running') {
    throw new LabError('INVALID_INPUT', `${runsFile}:${lines.length + 1}: the line is cut short`);
  }
  const runs = lines.map((line, index) =>
    parseDocument(runRecordSchema, line, `${runsFile}:${index + 1}`),
  );
  return { folder, experiment, runs };
}

async function readText(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((error: unknown) => {
    throw new LabError('INVALID_INPUT', `Cannot read a stored result: ${messageOf(error)}`, {
      cause: error,
    });
  });
}
