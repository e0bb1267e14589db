// SPDX-License-Identifier: Apache-2.0
import Type from 'typebox';
import { checkDocument, parseJson } from '../core/parse-document.ts';
import { type Tunable, tunableSchema } from '../results/tuning-record.ts';

const tunableLineSchema = Type.Object(
  { event: Type.Literal('tunable'), ...tunableSchema.properties },
  { additionalProperties: false },
);

/**
 * What `loader --list` prints, without its lines of another kind.
 * @throws LabError INVALID_INPUT when a line is not what the loader of this build prints
 */
export function parseTunables(listing: string): Tunable[] {
  return listing.split('\n').flatMap((text) => {
    if (text === '') return [];
    const line = parseJson(text, 'a line of loader --list');
    if ((line as { event?: unknown } | null)?.event !== 'tunable') return [];
    const { event: _, ...tunable } = checkDocument(tunableLineSchema, line, 'loader --list');
    return [tunable];
  });
}
