// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs';
import { messageOf } from '../core/errors.ts';
import { isCommand } from '../core/run-command.ts';

/** One thing that measuring needs, whether it is there, and what mends it. */
export interface Check {
  readonly name: string;
  readonly ok: boolean;
  /** What was found, or why it does not do. */
  readonly detail: string;
  /** A command, when it is not there. */
  readonly mend?: string;
}

const INSTALL = 'scripts/install-deps.sh';

/** A check that passes when one of several programs is there. */
export async function commandCheck(name: string, programs: readonly string[]): Promise<Check> {
  for (const program of programs) {
    if (await isCommand(program)) return { name, ok: true, detail: program };
  }
  return { name, ok: false, detail: `no ${programs[0]}`, mend: INSTALL };
}

export function rootCheck(): Check {
  return process.getuid?.() === 0
    ? { name: 'root', ok: true, detail: 'yes' }
    : {
        name: 'root',
        ok: false,
        detail: 'needed to load schedulers and to share files with a guest',
        mend: 'sudo',
      };
}

export function schedExtCheck(): Check {
  return existsSync('/sys/kernel/sched_ext')
    ? { name: 'sched_ext', ok: true, detail: 'this kernel has it' }
    : {
        name: 'sched_ext',
        ok: false,
        detail: 'this kernel was built without it',
        mend: 'boot a kernel from 6.12 on with CONFIG_SCHED_CLASS_EXT, or use --target vm',
      };
}

/** A check of something whose search throws when it is missing. */
export async function searchCheck(name: string, search: () => Promise<string>): Promise<Check> {
  try {
    return { name, ok: true, detail: await search() };
  } catch (error) {
    const text = messageOf(error);
    return { name, ok: false, detail: text.split('\n')[0] ?? text, mend: INSTALL };
  }
}
