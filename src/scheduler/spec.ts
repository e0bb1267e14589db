// SPDX-License-Identifier: Apache-2.0
import { basename } from 'node:path';
import { LabError } from '../core/errors.ts';

export const DEFAULT_SCHEDULER = 'default';

/** What the user's word for a scheduler stands for; each tunable is a `NAME=VALUE`. */
export type SchedulerSpec =
  | { readonly kind: 'default' }
  | { readonly kind: 'named'; readonly name: string; readonly tunables: readonly string[] }
  | { readonly kind: 'source'; readonly path: string; readonly tunables: readonly string[] }
  | { readonly kind: 'object'; readonly path: string; readonly tunables: readonly string[] };

/**
 * Parses `default`, a name, or a path to a `.bpf.c` or `.bpf.o`, the last three with tunables
 * behind colons: `fifo:slice_us=5000`. A colon that no `NAME=` follows is part of a path.
 * @throws LabError USAGE
 */
export function parseScheduler(text: string): SchedulerSpec {
  const [target = '', ...tunables] = text.split(/:(?=[A-Za-z_]\w*=)/);
  const wrong = tunables.find((tunable) => !/=[^:]+$/.test(tunable));
  if (wrong !== undefined) throw notUnderstood(text, `"${wrong}" gives a tunable no value`);
  if (target.endsWith('.bpf.c')) return { kind: 'source', path: target, tunables };
  if (target.endsWith('.bpf.o')) return { kind: 'object', path: target, tunables };
  if (target.includes('/')) throw notUnderstood(text, 'a path must end in .bpf.c or .bpf.o');
  if (!target || target.includes(':')) throw notUnderstood(text, 'tunables are NAME=VALUE');
  if (target !== DEFAULT_SCHEDULER) return { kind: 'named', name: target, tunables };
  if (tunables.length > 0) throw notUnderstood(text, "the kernel's own has no tunables");
  return { kind: 'default' };
}

/** What the arm is called: the spec as written, but of a path only the file's name. */
export function armName(spec: SchedulerSpec): string {
  switch (spec.kind) {
    case 'default':
      return DEFAULT_SCHEDULER;
    case 'named':
    case 'source':
    case 'object':
      return [fileStem(spec), ...spec.tunables].join(':');
  }
}

/** The name of its file without `.bpf.c` or `.bpf.o`. */
export function fileStem(spec: Exclude<SchedulerSpec, { kind: 'default' }>): string {
  return spec.kind === 'named' ? spec.name : basename(spec.path).slice(0, -'.bpf.c'.length);
}

function notUnderstood(text: string, why: string): LabError {
  return new LabError(
    'USAGE',
    `The scheduler "${text}" is not understood: ${why}. It is "default", a name in schedulers/, or ` +
      'a path to a .bpf.c or .bpf.o, and may end in tunables, such as "fifo:slice_us=5000".',
  );
}
