// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import Type, { type Static } from 'typebox';
import { LabError } from '../core/errors.ts';
import { readText } from '../core/read-text.ts';
import { statusSchema, verdictSchema } from './experiment-record.ts';
import { parseStored } from './parse-stored.ts';
import { writeAtomically } from './store.ts';

const count = Type.Integer({ minimum: 0 });
const interval = Type.Array(Type.Number(), { minItems: 2, maxItems: 2 });
const closed = { additionalProperties: false } as const;
const orNull = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Union([schema, Type.Null()]);

/** An integer of a scheduler that can be set without compiling it anew. */
export const tunableSchema = Type.Object(
  {
    name: Type.String(),
    type: Type.String(),
    default: Type.Number(),
    /** The default, or what the arm sets it to. */
    value: Type.Number(),
    min: Type.Number(),
    max: Type.Number(),
  },
  closed,
);

/** A candidate, or the finalist, against the incumbent of the same blocks. */
const measuredFields = {
  /** The arm's name in the experiment. */
  scheduler: Type.String(),
  /** In which it and the incumbent are both valid. */
  blocks: count,
  /** 1 − makespan / the incumbent's; null when no block counts. */
  improvement: orNull(Type.Number()),
  /** Null with too few blocks. */
  improvement_ci95: orNull(interval),
  /** Why its runs are invalid, each reason once. With any it is not chosen. */
  faults: Type.Array(Type.String()),
};

export const tuningRoundSchema = Type.Object(
  {
    /** Of the experiment, in the tuning's folder. */
    folder: Type.String(),
    /** As many as were wanted; the time may have ended the round before. */
    planned_blocks: Type.Integer({ minimum: 1 }),
    invalid_runs: count,
    /** In the order in which they were given. */
    candidates: Type.Array(
      Type.Object(
        {
          ...measuredFields,
          /** `undecided`: the round was interrupted. */
          outcome: Type.Union([
            Type.Literal('kept'),
            Type.Literal('beaten'),
            Type.Literal('dropped'),
            Type.Literal('undecided'),
          ]),
        },
        closed,
      ),
    ),
  },
  closed,
);

/** The finalist measured anew: the only figures that are evidence. */
export const tuningFinalSchema = Type.Object(
  {
    folder: Type.String(),
    invalid_runs: count,
    ...measuredFields,
    p_value: orNull(Type.Number()),
    smallest_detectable: orNull(Type.Number()),
    verdict: verdictSchema,
  },
  closed,
);

/** tuning.json */
export const tuningRecordSchema = Type.Object(
  {
    schema: Type.Literal('schedlab.tuning/1'),
    created_at: Type.String(),
    status: statusSchema,
    test_id: Type.String(),
    /** What the candidates are held against: an arm's name, and how it is written. */
    incumbent: Type.Object({ scheduler: Type.String(), written: Type.String() }, closed),
    candidates: Type.Array(
      Type.Object({ scheduler: Type.String(), written: Type.String() }, closed),
    ),
    tunables: Type.Array(tunableSchema),
    /** Of the first round's order of arms; each further experiment has the next. */
    seed: count,
    max_time_s: Type.Number({ exclusiveMinimum: 0 }),
    rounds: Type.Array(tuningRoundSchema),
    final: orNull(tuningFinalSchema),
    /** Null until it is complete. */
    answer: orNull(
      Type.Object(
        {
          /** To be written for an arm: the finalist, or the incumbent. */
          use: Type.String(),
          better: Type.Boolean(),
          reason: Type.Union([
            Type.Literal('faster'),
            Type.Literal('not_shown_faster'),
            Type.Literal('finalist_failed'),
            Type.Literal('no_candidate_left'),
            Type.Literal('out_of_time'),
          ]),
        },
        closed,
      ),
    ),
  },
  closed,
);

export type Tunable = Readonly<Static<typeof tunableSchema>>;
export type TuningRecord = Static<typeof tuningRecordSchema>;
export type TuningRound = Static<typeof tuningRoundSchema>;
export type TuningFinal = Static<typeof tuningFinalSchema>;
export type TuningAnswer = NonNullable<TuningRecord['answer']>;

const FILE = 'tuning.json';

export async function saveTuning(folder: string, tuning: TuningRecord): Promise<void> {
  await writeAtomically(join(folder, FILE), `${JSON.stringify(tuning, null, 2)}\n`);
}

/**
 * Reads and checks a tuning's own file; its experiments are read by themselves.
 * @throws LabError INVALID_INPUT naming the file and what is wrong
 */
export async function readTuning(folder: string): Promise<TuningRecord> {
  const file = join(folder, FILE);
  const tuning = parseStored(tuningRecordSchema, await readText(file), file);
  const found = contradiction(tuning);
  if (found) throw new LabError('INVALID_INPUT', `${file}: ${found}`);
  return tuning;
}

/** What in it does not fit together; null when all does. */
function contradiction({ incumbent, candidates, rounds, final, answer }: TuningRecord) {
  let left = candidates.map(({ scheduler }) => scheduler);
  for (const [place, round] of rounds.entries()) {
    const stranger = round.candidates.find(({ scheduler }) => !left.includes(scheduler));
    if (stranger) return `/rounds/${place}/candidates has ${stranger.scheduler}, which was out`;
    const kept = round.candidates.filter(({ outcome }) => outcome === 'kept');
    if (kept.some(({ faults }) => faults.length > 0))
      return `/rounds/${place} keeps one with faults`;
    left = kept.map(({ scheduler }) => scheduler);
  }
  if (final && !(left.length === 1 && left[0] === final.scheduler)) {
    return `/final/scheduler is ${final.scheduler}, but the rounds leave ${left.join(', ') || 'none'}`;
  }
  if (!answer) return null;
  const finalist = candidates.find(({ scheduler }) => scheduler === final?.scheduler);
  const isShown = final?.verdict === 'faster' && final.faults.length === 0;
  const use = isShown ? finalist?.written : incumbent.written;
  if (answer.better !== isShown || answer.use !== use) {
    return `/answer is to use ${answer.use}, but /final gives ${use}`;
  }
  return null;
}
