// SPDX-License-Identifier: Apache-2.0
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import Type, { type Static } from 'typebox';
import { LabError, messageOf } from '../core/errors.ts';
import { parseDocument } from '../core/parse-document.ts';
import type { RunRecord } from './run-record.ts';
import { writeAtomically } from './store.ts';

const column = Type.Array(Type.Integer({ minimum: 0 }));
const closed = { additionalProperties: false } as const;

/**
 * Who ran where and when, from the release to the end: a document for each run, in columns of the
 * same length, gzipped. Times are microseconds since the release.
 */
export const traceSchema = Type.Object(
  {
    schema: Type.Literal('schedlab.trace/1'),
    run_index: Type.Integer({ minimum: 0 }),
    cpus: Type.Integer({ minimum: 1 }),
    /** Their ids; `slices.task` refers to them by place. */
    tasks: Type.Array(Type.String()),
    /** A stretch of a task on a CPU, ordered by start. */
    slices: Type.Object(
      {
        task: column,
        cpu: column,
        /** Since when it was runnable; start − runnable is the wait before the slice. */
        runnable_us: column,
        start_us: column,
        end_us: column,
        /** 1: the task wanted to go on. */
        preempted: column,
      },
      closed,
    ),
    /** What others than the tasks ran, kernel threads among them; the rest of a CPU's time is idle. */
    others: Type.Object({ cpu: column, start_us: column, end_us: column }, closed),
  },
  closed,
);

export type Trace = Static<typeof traceSchema>;

/** The place of a run's trace in its experiment's folder. */
export function traceFile(runIndex: number): string {
  return `traces/run-${runIndex}.json.gz`;
}

/** Writes a trace; `traces/` exists. */
export async function writeTrace(folder: string, trace: Trace): Promise<void> {
  const content = await promisify(gzip)(JSON.stringify(trace));
  await writeAtomically(join(folder, traceFile(trace.run_index)), content);
}

/**
 * The trace of a run; null where it has none.
 * @throws LabError INVALID_INPUT naming the file and what is wrong
 */
export async function readTrace(folder: string, run: RunRecord): Promise<Trace | null> {
  if (!run.trace) return null;
  // Never where the document says, which could be anywhere.
  const file = join(folder, traceFile(run.index));
  const text = await readFile(file)
    .then((content) => promisify(gunzip)(content))
    .catch((error: unknown) => {
      throw new LabError('INVALID_INPUT', `Cannot read the trace ${file}: ${messageOf(error)}`, {
        cause: error,
      });
    });
  const trace = parseDocument(traceSchema, text.toString('utf8'), file);
  const { slices, others, tasks, cpus } = trace;
  const columns = [Object.values(slices), Object.values(others)];
  const isEven = columns.every((group) => new Set(group.map((values) => values.length)).size === 1);
  const fits =
    slices.task.every((task) => task < tasks.length) &&
    [...slices.cpu, ...others.cpu].every((cpu) => cpu < cpus) &&
    slices.end_us.every((end, place) => end >= (slices.start_us[place] as number));
  if (isEven && fits) return trace;
  throw new LabError('INVALID_INPUT', `${file}: its columns do not fit each other`);
}
