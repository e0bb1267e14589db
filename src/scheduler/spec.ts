// SPDX-License-Identifier: Apache-2.0
import { LabError } from '../core/errors.ts';
import { parsePolicy, type TaskPolicy } from './policy.ts';

/** What a user can write for an arm. */
export type SchedulerSpec =
  | { readonly kind: 'default' }
  /** One in schedulers/. */
  | { readonly kind: 'named'; readonly name: string }
  | { readonly kind: 'object'; readonly path: string }
  /** A program that brings a scheduler of its own, as a shell would run it. */
  | { readonly kind: 'command'; readonly commandLine: string }
  /** The kernel's own scheduler, told something about the tasks. */
  | { readonly kind: 'policy'; readonly policy: TaskPolicy };

export const DEFAULT_SCHEDULER = 'default';

/** @throws LabError USAGE for what cannot be an arm; whether a named one exists is found out later */
export function parseSchedulerSpec(text: string): SchedulerSpec {
  if (text === DEFAULT_SCHEDULER) return { kind: 'default' };
  const [, prefix, rest = ''] = /^(cmd|policy):(.*)$/s.exec(text) ?? [];
  if (prefix === 'policy') return { kind: 'policy', policy: parsePolicy(rest) };
  if (prefix === 'cmd') {
    if (rest.trim() === '') throw new LabError('USAGE', 'No program stands behind "cmd:".');
    return { kind: 'command', commandLine: rest };
  }
  if (text.endsWith('.bpf.o')) return { kind: 'object', path: text };
  return { kind: 'named', name: text };
}

/** True for what needs a kernel with sched_ext and the right to load schedulers. */
export function needsSchedExt(spec: SchedulerSpec): boolean {
  return spec.kind !== 'default' && spec.kind !== 'policy';
}

/**
 * The arms in one value of a command line: separated by commas, but from `cmd:` on all of it is
 * the program's, commas and spaces too.
 */
export function splitSchedulers(text: string): string[] {
  const command = /(?:^|,)(cmd:.*)$/s.exec(text);
  const others = text.slice(0, command?.index ?? text.length);
  return [...others.split(','), ...(command ? [command[1] as string] : [])].filter(Boolean);
}
