// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../core/paths.ts';
import { cpuSweepSchema } from './cpu-sweep.ts';
import { experimentRecordSchema } from './experiment-record.ts';
import { predictionSchema, validationSchema } from './prediction.ts';
import { runRecordSchema } from './run-record.ts';
import { tuningRecordSchema } from './tuning-record.ts';

// For programs of others that read our results. "vitest run --update" writes them anew.
test.each([
  ['experiment', experimentRecordSchema],
  ['run', runRecordSchema],
  ['tuning', tuningRecordSchema],
  ['sweep', cpuSweepSchema],
  ['prediction', predictionSchema],
  ['validation', validationSchema],
])('docs/schemas/%s.schema.json is what we validate with', async (name, schema) => {
  const document = { $schema: 'http://json-schema.org/draft-07/schema#', ...schema };
  await expect(`${JSON.stringify(document, null, 2)}\n`).toMatchFileSnapshot(
    join(packageRoot, `docs/schemas/${name}.schema.json`),
  );
});
