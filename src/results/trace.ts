// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import Type, { type Static } from 'typebox';
import { LabError, messageOf } from '../core/errors.ts';
import { LARGEST_TEXT_BYTES, readBytes, textOf } from '../core/read-text.ts';
import { parseStored } from './parse-stored.ts';
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
export async function readTrace(
  folder: string,
  run: Pick<RunRecord, 'index' | 'trace' | 'tasks'>,
): Promise<Trace | null> {
  if (!run.trace) return null;
  // Never where the document says, which could be anywhere.
  const file = join(folder, traceFile(run.index));
  const packed = await readBytes(file, 'the trace');
  // What a few kilobytes could unpack to is not for the memory to find out.
  const content = await promisify(gunzip)(packed, { maxOutputLength: LARGEST_TEXT_BYTES }).catch(
    (error: unknown) => {
      throw new LabError('INVALID_INPUT', `Cannot read the trace ${file}: ${messageOf(error)}`, {
        cause: error,
      });
    },
  );
  const trace = parseStored(traceSchema, textOf(content, file), file);
  const found = traceContradiction(trace, run);
  if (found) throw new LabError('INVALID_INPUT', `${file}: ${found}`);
  return trace;
}

/** What in a trace contradicts itself or its run; null when all fits. */
function traceContradiction(
  { run_index: index, cpus, tasks, slices, others }: Trace,
  run: Pick<RunRecord, 'index' | 'trace' | 'tasks'>,
): string | null {
  if (index !== run.index) return `/run_index is ${index}, in the trace of run ${run.index}`;
  const ids = new Set(run.tasks.map((task) => task.id));
  const foreign = tasks.find((id) => !ids.has(id));
  if (foreign !== undefined) return `/tasks names ${JSON.stringify(foreign)}, which the run lacks`;
  for (const [name, columns] of Object.entries({ slices, others })) {
    const lengths = Object.values(columns).map((column) => column.length);
    if (new Set(lengths).size > 1) return `/${name} has columns of different lengths`;
  }
  const count = slices.task.length;
  if (count !== run.trace?.slices) return `/slices has ${count}, its run says ${run.trace?.slices}`;
  const place = slices.task.findIndex((task) => task >= tasks.length);
  if (place >= 0) return `/slices/task/${place} is a task that /tasks does not have`;
  for (const [name, { cpu, start_us: starts, end_us: ends }] of Object.entries({
    slices,
    others,
  })) {
    for (let i = 0; i < cpu.length; i++) {
      if ((cpu[i] as number) >= cpus) return `/${name}/cpu/${i} is not below ${cpus}`;
      if ((ends[i] as number) < (starts[i] as number)) {
        return `/${name}/end_us/${i} is before its start`;
      }
    }
  }
  return null;
}
