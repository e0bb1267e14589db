// SPDX-License-Identifier: Apache-2.0
import { CommanderError } from 'commander';
import { type ErrorCode, LabError, messageOf } from '../core/errors.ts';

export const EXIT = { ok: 0, invalid: 1, usage: 2, environment: 3, interrupted: 130 } as const;

export type ExitStatus = (typeof EXIT)[keyof typeof EXIT];

/** The one table from what went wrong to how the process ends. */
const STATUS_OF: Record<ErrorCode, ExitStatus> = {
  USAGE: EXIT.usage,
  INVALID_INPUT: EXIT.usage,
  SCHEDULER_BUILD: EXIT.usage,
  ENVIRONMENT: EXIT.environment,
  GUEST: EXIT.invalid,
  EXECUTOR: EXIT.invalid,
  INTERRUPTED: EXIT.interrupted,
};

/** Of several parts that were carried out, worst first. */
const WORST_FIRST: readonly ExitStatus[] = [
  EXIT.interrupted,
  EXIT.usage,
  EXIT.invalid,
  EXIT.environment,
  EXIT.ok,
];

/** The status of a whole whose parts ended like this. */
export function worstStatus(parts: readonly ExitStatus[]): ExitStatus {
  return WORST_FIRST.find((status) => parts.includes(status)) ?? EXIT.ok;
}

const KEPT = 'What was stored before is kept; --resume goes on with it.';

/** What a machine may lack at any moment, by the kernel's name for it, and what to do. */
const LACKING: Readonly<Record<string, string>> = {
  ENOSPC: `make room. ${KEPT}`,
  EDQUOT: `make room. ${KEPT}`,
  EROFS: 'take another folder: --out DIR.',
  EACCES: 'take another folder (--out DIR), or run with sudo.',
  EPERM: 'run with sudo.',
  EIO: `the disk failed. ${KEPT}`,
  ENOMEM: `the machine has no memory left. ${KEPT}`,
  EMFILE: 'allow more open files (ulimit -n).',
  ENFILE: 'the machine has too many open files.',
};

/** Exit status and message for whatever a command threw; the message is null when it was shown. */
export function statusOfError(error: unknown): { status: ExitStatus; message: string | null } {
  if (error instanceof CommanderError) {
    // Help and version are no errors; for the others commander has written the message.
    return { status: error.exitCode === 0 ? EXIT.ok : EXIT.usage, message: null };
  }
  if (error instanceof LabError) return { status: STATUS_OF[error.code], message: error.message };
  const { code = '' } = Object(error) as NodeJS.ErrnoException;
  const lacking = Object.hasOwn(LACKING, code) ? LACKING[code] : undefined;
  if (lacking) return { status: EXIT.environment, message: `${messageOf(error)}: ${lacking}` };
  const trace = error instanceof Error ? error.stack : undefined;
  return {
    status: EXIT.invalid,
    message: `This is a defect in schedlab: ${trace ?? messageOf(error)}`,
  };
}
