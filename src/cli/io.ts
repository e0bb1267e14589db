// SPDX-License-Identifier: Apache-2.0
import pc from 'picocolors';

export type Verbosity = 'quiet' | 'normal' | 'verbose';

/** Where a command writes: the answer to standard output, all else to standard error. */
export interface CliIo {
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream & { isTTY?: boolean };
  readonly signal: AbortSignal;
}

export function answer(io: CliIo, text: string): void {
  io.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
}

export function note(io: CliIo, text: string): void {
  io.stderr.write(`${text}\n`);
}

/** Colours for the answer: none where it does not go to a terminal, or with NO_COLOR. */
export const colors = pc.createColors(pc.isColorSupported && process.stdout.isTTY === true);

/** `0.374` → `37.4 %` */
export function percent(fraction: number, digits = 1): string {
  return `${(fraction * 100).toFixed(digits)} %`;
}
