// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import Type, { type Static } from 'typebox';
import { LabError } from '../core/errors.ts';
import { readText } from '../core/read-text.ts';
import { parseStored } from './parse-stored.ts';
import { readStoredExperiment, type StoredExperiment } from './read.ts';
import { experimentFolderName, makeNewFolder, writeAtomically } from './store.ts';

/** sweep.json: one comparison at several CPU counts, each an experiment in the folder `COUNT/`. */
export const cpuSweepSchema = Type.Object(
  {
    schema: Type.Literal('schedlab.sweep/1'),
    name: Type.String(),
    /** UTC, ISO 8601. */
    created_at: Type.String(),
    /** In the order in which they are measured. */
    cpus: Type.Array(Type.Integer({ minimum: 1, maximum: 1_000_000 }), {
      minItems: 2,
      uniqueItems: true,
    }),
  },
  { additionalProperties: false },
);

export type CpuSweepRecord = Static<typeof cpuSweepSchema>;

export interface CpuSweep {
  readonly folder: string;
  readonly record: CpuSweepRecord;
}

/** The folder of a sweep, with its `sweep.json` and no part in it yet. */
export async function createCpuSweep(
  parent: string,
  name: string,
  cpus: readonly number[],
): Promise<CpuSweep> {
  const now = new Date();
  const folder = await makeNewFolder(parent, experimentFolderName(now, `${name}-cpus`));
  const record: CpuSweepRecord = {
    schema: 'schedlab.sweep/1',
    name,
    created_at: now.toISOString(),
    cpus: [...cpus],
  };
  await writeAtomically(sweepFile(folder), `${JSON.stringify(record, null, 2)}\n`);
  return { folder, record };
}

/** True for the folder of a sweep, whatever its `sweep.json` may hold. */
export function isCpuSweep(folder: string): boolean {
  return existsSync(sweepFile(folder));
}

/** @throws LabError INVALID_INPUT naming the file and what is wrong */
export async function readCpuSweep(folder: string): Promise<CpuSweep> {
  const file = sweepFile(folder);
  return { folder, record: parseStored(cpuSweepSchema, await readText(file), file) };
}

/** Where a part is, or will be. */
export function partFolder({ folder }: CpuSweep, cpus: number): string {
  return join(folder, String(cpus));
}

/**
 * The parts that have been begun, in the order of the sweep.
 * @throws LabError INVALID_INPUT when one is not what it should be
 */
export async function readParts(sweep: CpuSweep): Promise<StoredExperiment[]> {
  const parts: StoredExperiment[] = [];
  for (const cpus of sweep.record.cpus) {
    const folder = partFolder(sweep, cpus);
    if (!existsSync(join(folder, 'experiment.json'))) continue;
    const part = await readStoredExperiment(folder);
    const measured = part.experiment.place?.cpus;
    if (measured !== undefined && measured !== cpus) {
      const message = `${folder}: it was measured on ${measured} CPUs, not ${cpus}`;
      throw new LabError('INVALID_INPUT', message);
    }
    parts.push(part);
  }
  return parts;
}

function sweepFile(folder: string): string {
  return join(folder, 'sweep.json');
}
