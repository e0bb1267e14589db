// SPDX-License-Identifier: Apache-2.0
import { basename } from 'node:path';
import { LabError } from '../core/errors.ts';
import { parsePolicy, type TaskPolicy } from './policy.ts';

export const DEFAULT_SCHEDULER = 'default';
/** Stands for the one that the case names, or else of its name. */
export const OWN_SCHEDULER = 'own';
/** The same without the observer: what the observer costs is the difference. */
export const UNOBSERVED_DEFAULT = 'default:unobserved';

/** What comes to a compiled object; each tunable is a `NAME=VALUE`. */
export type CompiledSpec =
  /** One in schedulers/. */
  | { readonly kind: 'named'; readonly name: string; readonly tunables: readonly string[] }
  | { readonly kind: 'source'; readonly path: string; readonly tunables: readonly string[] }
  | { readonly kind: 'object'; readonly path: string; readonly tunables: readonly string[] };

/** What a user can write for an arm. */
export type SchedulerSpec =
  | CompiledSpec
  | { readonly kind: 'default'; readonly unobserved?: true }
  /** A program that brings a scheduler of its own, as a shell would run it. */
  | { readonly kind: 'command'; readonly commandLine: string }
  /** The kernel's own scheduler, told something about the tasks. */
  | { readonly kind: 'policy'; readonly policy: TaskPolicy };

/**
 * Parses `default`, `cmd:…`, `policy:…`, a name, or a path to a `.bpf.c` or `.bpf.o`, the last
 * three with tunables behind colons: `fifo:slice_us=5000`. A colon that no `NAME=` follows is part
 * of a path. Whether there is something of that name is found out later.
 * @throws LabError USAGE
 */
export function parseScheduler(text: string): SchedulerSpec {
  if (text.includes('\0')) throw notUnderstood(text.replaceAll('\0', '\\0'), 'it has a NUL');
  if (text === UNOBSERVED_DEFAULT) return { kind: 'default', unobserved: true };
  const [, prefix, rest = ''] = /^(cmd|policy):(.*)$/s.exec(text) ?? [];
  if (prefix === 'policy') return { kind: 'policy', policy: parsePolicy(rest) };
  if (prefix === 'cmd') {
    if (rest.trim() === '') throw new LabError('USAGE', 'No program stands behind "cmd:".');
    return { kind: 'command', commandLine: rest };
  }
  const [target = '', ...tunables] = text.split(/:(?=[A-Za-z_]\w*=)/);
  const wrong = tunables.find((tunable) => !/^\w+=[^:]+$/.test(tunable));
  if (wrong !== undefined) throw notUnderstood(text, `"${wrong}" gives a tunable no value`);
  if (/(^|\/)\.bpf\.[co]$/.test(target)) throw notUnderstood(text, 'its file has no name');
  if (target.endsWith('.bpf.c')) return { kind: 'source', path: target, tunables };
  if (target.endsWith('.bpf.o')) return { kind: 'object', path: target, tunables };
  if (target.includes('/')) throw notUnderstood(text, 'a path must end in .bpf.c or .bpf.o');
  if (!target || target.includes(':')) throw notUnderstood(text, 'tunables are NAME=VALUE');
  if (target !== DEFAULT_SCHEDULER) return { kind: 'named', name: target, tunables };
  if (tunables.length > 0) throw notUnderstood(text, "the kernel's own has no tunables");
  return { kind: 'default' };
}

/** What the arm is called: the spec as it was written, but of a path only the file's name. */
export function armName(spec: SchedulerSpec, written: string): string {
  return spec.kind === 'source' || spec.kind === 'object'
    ? [fileStem(spec), ...spec.tunables].join(':')
    : written;
}

/** The name of its file without `.bpf.c` or `.bpf.o`. */
export function fileStem(spec: CompiledSpec): string {
  return spec.kind === 'named' ? spec.name : basename(spec.path).slice(0, -'.bpf.c'.length);
}

/** What a user writes for this scheduler with these tunables in place of its own. */
export function writeWith(spec: CompiledSpec, tunables: readonly string[]): string {
  return [spec.kind === 'named' ? spec.name : spec.path, ...tunables].join(':');
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

function notUnderstood(text: string, why: string): LabError {
  return new LabError(
    'USAGE',
    `The scheduler "${text}" is not understood: ${why}. It is "default", a name in schedulers/, or ` +
      'a path to a .bpf.c or .bpf.o, each of these with tunables, such as "fifo:slice_us=5000", ' +
      'or "cmd:COMMAND LINE", or "policy:NAME".',
  );
}
