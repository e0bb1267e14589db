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

/** Exit status and message for whatever a command threw; the message is null when it was shown. */
export function statusOfError(error: unknown): { status: ExitStatus; message: string | null } {
  if (error instanceof CommanderError) {
    // Help and version are no errors; for the others commander has written the message.
    return { status: error.exitCode === 0 ? EXIT.ok : EXIT.usage, message: null };
  }
  if (error instanceof LabError) return { status: STATUS_OF[error.code], message: error.message };
  const trace = error instanceof Error ? error.stack : undefined;
  return {
    status: EXIT.invalid,
    message: `This is a defect in schedlab: ${trace ?? messageOf(error)}`,
  };
}
