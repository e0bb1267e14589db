// SPDX-License-Identifier: Apache-2.0
import { readFileSync, statSync } from 'node:fs';
import { LabError, messageOf } from '../core/errors.ts';
import { LARGEST_TEXT_BYTES, tooLarge } from '../core/read-text.ts';

/** First line of a file in which schedulers/loader keeps what a scheduler has learned. */
const FORMAT = 'schedlab.history/1';

/**
 * The text of such a file; damaged lines in it are the loader's to find.
 * @throws LabError INVALID_INPUT when it is no such file
 */
export function readHistoryFile(path: string): string {
  let text: string;
  try {
    const facts = statSync(path);
    if (facts.isCharacterDevice()) throw new Error(`${path} is a device`);
    if (facts.size > LARGEST_TEXT_BYTES) throw tooLarge(path);
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof LabError) throw error;
    throw new LabError('INVALID_INPUT', `Cannot read the history: ${messageOf(error)}`, {
      cause: error,
    });
  }
  if (text.split('\n', 1)[0] === FORMAT) return text;
  throw new LabError(
    'INVALID_INPUT',
    `${path} is no history of a scheduler: its first line must be "${FORMAT}". The loader writes ` +
      'such files (--history), and experiments keep them in histories/.',
  );
}
