// SPDX-License-Identifier: Apache-2.0
import { LabError } from '../core/errors.ts';
import { readBytes } from '../core/read-text.ts';

/** First line of a file in which schedulers/loader keeps what a scheduler has learned. */
const FORMAT = 'schedlab.history/1';

/**
 * The text of such a file; damaged lines in it are the loader's to find.
 * @throws LabError INVALID_INPUT when it is no such file
 */
export async function readHistoryFile(path: string): Promise<string> {
  const text = (await readBytes(path, 'the history')).toString('utf8');
  if (text.split('\n', 1)[0] === FORMAT) return text;
  throw new LabError(
    'INVALID_INPUT',
    `${path} is no history of a scheduler: its first line must be "${FORMAT}". The loader writes ` +
      'such files (--history), and experiments keep them in histories/.',
  );
}
