// SPDX-License-Identifier: Apache-2.0
import pc from 'picocolors';

const ESCAPE = '\u001b';

export type Verbosity = 'quiet' | 'normal' | 'verbose';

/** Where a command writes: the answer to standard output, all else to standard error. */
export interface CliIo {
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream & { isTTY?: boolean };
  readonly signal: AbortSignal;
}

export function answer(io: CliIo, text: string): void {
  io.stdout.write(visible(text.endsWith('\n') ? text : `${text}\n`));
}

export function note(io: CliIo, text: string): void {
  io.stderr.write(`${visible(text)}\n`);
}

/**
 * Control characters as what they are: a text may come from a task, a scheduler or a stored result,
 * and is not for the terminal to obey. Line ends, tabs and colours are. What they become means the same
 * in JSON.
 */
export function visible(text: string): string {
  return text.replace(/\p{Cc}(\[[\d;]*m)?/gu, (match, colour = '') => {
    const control = match.charAt(0);
    if (control === '\n' || control === '\t' || (control === ESCAPE && colour)) return match;
    return `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}${colour}`;
  });
}

/** Colours for the answer: none where it does not go to a terminal, or with NO_COLOR. */
export const colors = pc.createColors(pc.isColorSupported && process.stdout.isTTY === true);

/** `0.374` → `37.4 %` */
export function percent(fraction: number, digits = 1): string {
  return `${(fraction * 100).toFixed(digits)} %`;
}
