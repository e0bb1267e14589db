// SPDX-License-Identifier: Apache-2.0

/** What kind of thing went wrong; `cli/exit-status.ts` maps each to an exit status. */
export type ErrorCode =
  | 'USAGE'
  | 'INVALID_INPUT'
  | 'SCHEDULER_BUILD'
  | 'ENVIRONMENT'
  | 'GUEST'
  | 'EXECUTOR'
  | 'INTERRUPTED';

/** An error whose message says what failed, where, and what to do next. */
export class LabError extends Error {
  override readonly name = 'LabError';
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** A guest is gone, or might as well be. */
export class GuestLostError extends LabError {
  readonly ending: 'panicked' | 'hung' | 'ended';

  constructor(ending: GuestLostError['ending'], message: string) {
    super('GUEST', message);
    this.ending = ending;
  }
}

/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
