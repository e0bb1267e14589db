// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import { LabError } from '../core/errors.ts';
import { readText, textOf } from '../core/read-text.ts';
import { contradiction, runContext } from './check-run.ts';
import { summariesContradiction } from './check-summaries.ts';
import { type ExperimentRecord, experimentRecordSchema } from './experiment-record.ts';
import { parseStored } from './parse-stored.ts';
import { readLines } from './read-lines.ts';
import { type RunRecord, runRecordSchema, type Sample } from './run-record.ts';

/** A run without its samples: of thousands of runs they would fill the memory. `readSamples`. */
export type StoredRun = Omit<RunRecord, 'samples'>;

export interface StoredExperiment {
  readonly folder: string;
  readonly experiment: ExperimentRecord;
  /** In the order of the lines. */
  readonly runs: readonly StoredRun[];
}

/**
 * Reads and checks an experiment's folder.
 * @throws LabError INVALID_INPUT naming the file, the line and what is wrong
 */
export async function readStoredExperiment(folder: string): Promise<StoredExperiment> {
  const experimentFile = join(folder, 'experiment.json');
  const runsFile = join(folder, 'runs.ndjson');
  const experiment = parseStored(
    experimentRecordSchema,
    await readText(experimentFile),
    experimentFile,
  );
  const runs: StoredRun[] = [];
  const lines = new Map<number, number>();
  const context = runContext(experiment, lines);
  for await (const { number, bytes, isCut } of readLines(runsFile)) {
    const where = `${runsFile}:${number}`;
    if (isCut) {
      // A run that was being written when the machine stopped.
      if (experiment.status === 'running') break;
      throw new LabError('INVALID_INPUT', `${where}: the line is cut short`);
    }
    const { samples: _, ...run } = parseRun(bytes, where);
    const found = contradiction(run, context);
    if (found) throw new LabError('INVALID_INPUT', `${where}: ${found}`);
    lines.set(run.index, number);
    runs.push(run);
  }
  const found = summariesContradiction(experiment, runs);
  if (found) throw new LabError('INVALID_INPUT', `${experimentFile}: ${found}`);
  return { folder, experiment, runs };
}

/**
 * Reads the samples of some runs, by their index.
 * @throws LabError INVALID_INPUT naming the file, the line and what is wrong
 */
export async function readSamples(
  { folder, runs }: StoredExperiment,
  wanted: ReadonlySet<number>,
): Promise<Map<number, readonly Sample[]>> {
  const found = new Map<number, readonly Sample[]>();
  const runsFile = join(folder, 'runs.ndjson');
  for await (const { number, bytes } of readLines(runsFile)) {
    const run = runs[number - 1];
    if (!run || !wanted.has(run.index)) continue;
    found.set(run.index, parseRun(bytes, `${runsFile}:${number}`).samples);
  }
  return found;
}

function parseRun(bytes: Buffer, where: string): RunRecord {
  return parseStored(runRecordSchema, textOf(bytes, where), where);
}
