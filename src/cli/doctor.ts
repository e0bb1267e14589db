// SPDX-License-Identifier: Apache-2.0
import type { Command } from 'commander';
import type { ExitStatus } from './exit-status.ts';
import type { CliIo } from './io.ts';
export function defineDoctor(command: Command, _io: CliIo, _done: (status: ExitStatus) => void) {
  command.description('x');
}
