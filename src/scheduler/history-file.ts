// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { LabError, messageOf } from '../core/errors.ts';

/** First line of a file in which schedulers/loader keeps what a scheduler has learned. */
const FORMAT = 'schedlab.history/1';

/**
 * The text of such a file; damaged lines in it are the loader's to find.
 * @throws LabError INVALID_INPUT when it is no such file
 */
export function readHistoryFile(path: string): string {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
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
