// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import Type from 'typebox';
import { parseDocument } from '../core/parse-document.ts';
import { cacheRoot } from '../core/paths.ts';
import type { Place } from '../results/experiment-record.ts';
import { writeAtomically } from '../results/store.ts';
import { type Costs, costsSchema, type PlannedCase } from './protocol.ts';

const closed = { additionalProperties: false } as const;

const calibrationFileSchema = Type.Object(
  {
    schema: Type.Literal('schedlab.calibration/1'),
    /** For a reader; the file's name is the digest of it. */
    key: Type.Record(Type.String(), Type.Unknown(), closed),
    costs: costsSchema,
  },
  closed,
);

/** What a case's commands cost in one place of measurement, kept between experiments. */
export class CalibrationCache {
  readonly #file: string;
  readonly #key: Record<string, unknown>;

  /** The costs hold for the same prepared commands, as many and as large, on the same CPU, kernel and accelerator. */
  constructor(planned: PlannedCase, place: Place, cpuModel: string) {
    this.#key = {
      test_id: planned.test_id,
      groups: planned.groups,
      sizes: planned.tasks.map(({ group, size }) => [group, size]),
      short_cpu_s: planned.work?.short_cpu_s,
      cpu_model: cpuModel,
      ...place,
    };
    const digest = createHash('sha256').update(JSON.stringify(this.#key)).digest('hex');
    this.#file = join(
      cacheRoot(),
      'calibrations',
      `${planned.test_id}-${digest.slice(0, 16)}.json`,
    );
  }

  /** Null where nothing was kept. Throws INVALID_INPUT, naming the file, for one that is damaged. */
  async read(): Promise<Costs | null> {
    const text = await readFile(this.#file, 'utf8').catch(() => null);
    return text === null ? null : parseDocument(calibrationFileSchema, text, this.#file).costs;
  }

  async write(costs: Costs): Promise<void> {
    await mkdir(join(cacheRoot(), 'calibrations'), { recursive: true });
    const document = { schema: 'schedlab.calibration/1', key: this.#key, costs };
    await writeAtomically(this.#file, `${JSON.stringify(document, null, 2)}\n`);
  }
}
