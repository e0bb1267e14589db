// SPDX-License-Identifier: Apache-2.0
import { isUtf8 } from 'node:buffer';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { LabError, messageOf } from '../core/errors.ts';

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
 * @throws LabError INVALID_INPUT when the file cannot be read
 */
export async function* readLines(file: string): AsyncGenerator<Line> {
  let number = 0;
  let pieces: Buffer[] = [];
  try {
    for await (const chunk of createReadStream(file, { highWaterMark: CHUNK_BYTES })) {
      let rest = chunk as Buffer;
      for (let end = rest.indexOf(NEW_LINE); end >= 0; end = rest.indexOf(NEW_LINE)) {
        yield { number: ++number, bytes: join(pieces, rest.subarray(0, end)), isCut: false };
        pieces = [];
        rest = rest.subarray(end + 1);
      }
      if (rest.length > 0) pieces.push(rest);
    }
  } catch (error) {
    throw error instanceof LabError ? error : unreadable(error);
  }
  if (pieces.length > 0) yield { number: number + 1, bytes: Buffer.concat(pieces), isCut: true };
}

/** @throws LabError INVALID_INPUT when the file cannot be read or is no UTF-8 */
export async function readText(file: string): Promise<string> {
  const bytes = await readFile(file).catch((error: unknown) => {
    throw unreadable(error);
  });
  return textOf(bytes, file);
}

/**
 * Never with replacement characters, which would be read as something else than was stored.
 * @throws LabError INVALID_INPUT naming `where`
 */
export function textOf(bytes: Buffer, where: string): string {
  if (isUtf8(bytes)) return bytes.toString('utf8');
  throw new LabError('INVALID_INPUT', `${where}: not UTF-8 text`);
}

function join(pieces: readonly Buffer[], last: Buffer): Buffer {
  return pieces.length === 0 ? last : Buffer.concat([...pieces, last]);
}

function unreadable(error: unknown): LabError {
  return new LabError('INVALID_INPUT', `Cannot read a stored result: ${messageOf(error)}`, {
    cause: error,
  });
}
