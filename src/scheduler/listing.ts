// SPDX-License-Identifier: Apache-2.0
import Type from 'typebox';
import { checkDocument, parseJson } from '../core/parse-document.ts';
import { type Tunable, tunableSchema } from '../results/tuning-record.ts';

const closed = { additionalProperties: false } as const;
const lineSchema = Type.Union([
  Type.Object(
    { event: Type.Literal('scheduler'), ops: Type.String(), keeps_history: Type.Boolean() },
    closed,
  ),
  Type.Object({ event: Type.Literal('tunable'), ...tunableSchema.properties }, closed),
]);

export interface Listing {
  /** It learns from run to run, and the loader can keep that in a file. */
  readonly keepsHistory: boolean;
  readonly tunables: readonly Tunable[];
}

/**
 * What `loader --list` prints of a scheduler.
 * @throws LabError INVALID_INPUT when a line is not what the loader of this build prints
 */
export function parseListing(listing: string): Listing {
  let keepsHistory = false;
  const tunables: Tunable[] = [];
  for (const text of listing.split('\n').filter(Boolean)) {
    const parsed = parseJson(text, 'a line of loader --list');
    const line = checkDocument(lineSchema, parsed, 'loader --list');
    if (line.event === 'scheduler') {
      keepsHistory = line.keeps_history;
    } else {
      const { event: _, ...tunable } = line;
      tunables.push(tunable);
    }
  }
  return { keepsHistory, tunables };
}
