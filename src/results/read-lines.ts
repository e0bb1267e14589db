// SPDX-License-Identifier: Apache-2.0
import { createReadStream } from 'node:fs';
import { LabError } from '../core/errors.ts';
import { LARGEST_TEXT_BYTES, tooLarge, unreadable } from '../core/read-text.ts';

export interface Line {
  /** Counted from 1. */
  readonly number: number;
  readonly bytes: Buffer;
  /** The file ends without ending the line. */
  readonly isCut: boolean;
}

const NEW_LINE = 0x0a;
const CHUNK_BYTES = 1 << 20;

/**
 * A file's lines one after the other: it need not fit into memory.
 * @throws LabError INVALID_INPUT when the file cannot be read, or a line of it could not be held
 */
export async function* readLines(file: string): AsyncGenerator<Line> {
  let number = 0;
  let pieces: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of createReadStream(file, { highWaterMark: CHUNK_BYTES })) {
      let rest = chunk as Buffer;
      for (let end = rest.indexOf(NEW_LINE); end >= 0; end = rest.indexOf(NEW_LINE)) {
        yield { number: ++number, bytes: join(pieces, rest.subarray(0, end)), isCut: false };
        pieces = [];
        bytes = 0;
        rest = rest.subarray(end + 1);
      }
      if (rest.length > 0) pieces.push(rest);
      bytes += rest.length;
      if (bytes > LARGEST_TEXT_BYTES) throw tooLarge(`${file}:${number + 1}`);
    }
  } catch (error) {
    throw error instanceof LabError ? error : unreadable(error, 'a stored result');
  }
  if (pieces.length > 0) yield { number: number + 1, bytes: Buffer.concat(pieces), isCut: true };
}

function join(pieces: readonly Buffer[], last: Buffer): Buffer {
  return pieces.length === 0 ? last : Buffer.concat([...pieces, last]);
}
