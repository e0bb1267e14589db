// SPDX-License-Identifier: Apache-2.0
import { isUtf8 } from 'node:buffer';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { LabError, messageOf } from './errors.ts';

/** Nothing that we read is larger; not much more would fit into a string. */
export const LARGEST_TEXT_BYTES = 1 << 28;

const CHUNK_BYTES = 1 << 20;

/**
 * A file as text: not more of it than we could hold, even where it has no end.
 * @param what it is, for the message
 * @throws LabError INVALID_INPUT when it cannot be read, is too large or no UTF-8
 */
export async function readText(file: string, what = 'a stored result'): Promise<string> {
  return textOf(await readBytes(file, what), file);
}

/**
 * The same, whatever is in it.
 * @throws LabError INVALID_INPUT when it cannot be read or is too large
 */
export async function readBytes(file: string, what: string): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  try {
    const { size } = await stat(file);
    if (size > LARGEST_TEXT_BYTES) throw tooLarge(file);
    // A whole chunk for each small file keeps the garbage collector busy. (Pipes have no size.)
    const highWaterMark = Math.min(size || CHUNK_BYTES, CHUNK_BYTES);
    for await (const piece of createReadStream(file, { highWaterMark })) {
      pieces.push(piece as Buffer);
      bytes += (piece as Buffer).length;
      if (bytes > LARGEST_TEXT_BYTES) throw tooLarge(file);
    }
  } catch (error) {
    throw error instanceof LabError ? error : unreadable(error, what);
  }
  return Buffer.concat(pieces);
}

/**
 * Never with replacement characters, which would be read as something else than was stored.
 * @throws LabError INVALID_INPUT naming `where`
 */
export function textOf(bytes: Buffer, where: string): string {
  if (bytes.length > LARGEST_TEXT_BYTES) throw tooLarge(where);
  if (isUtf8(bytes)) return bytes.toString('utf8');
  throw new LabError('INVALID_INPUT', `${where}: not UTF-8 text`);
}

export function unreadable(error: unknown, what: string): LabError {
  return new LabError('INVALID_INPUT', `Cannot read ${what}: ${messageOf(error)}`, {
    cause: error,
  });
}

export function tooLarge(where: string): LabError {
  const message = `${where}: larger than ${LARGEST_TEXT_BYTES / 2 ** 20} MiB`;
  return new LabError('INVALID_INPUT', message);
}
