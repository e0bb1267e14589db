// SPDX-License-Identifier: Apache-2.0
import Type, { type Static } from 'typebox';
import { checkDocument, parseJson } from '../core/parse-document.ts';

/** A line of `loader --list`: an integer of a scheduler that can be set without compiling it anew. */
const tunableLineSchema = Type.Object(
  {
    event: Type.Literal('tunable'),
    name: Type.String(),
    type: Type.String(),
    default: Type.Number(),
    /** The default, or what the arm that was listed sets it to. */
    value: Type.Number(),
    min: Type.Number(),
    max: Type.Number(),
  },
  { additionalProperties: false },
);

export type Tunable = Readonly<Omit<Static<typeof tunableLineSchema>, 'event'>>;

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
