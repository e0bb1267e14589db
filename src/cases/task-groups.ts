// SPDX-License-Identifier: Apache-2.0
import Type, { type Static } from 'typebox';
import { LabError } from '../core/errors.ts';
import { amount, type Work } from './work.ts';

/** A class in the figures: what is to be hidden behind the others, and the others. */
export type TaskClass = 'short' | 'long';

/** Tasks of one program. */
export interface TaskGroup {
  readonly id: string;
  readonly class: TaskClass;
  readonly count: number;
  readonly setup: readonly string[];
  readonly commands: readonly string[];
  /** Multiplies the CPU time that a task of its class has. */
  readonly size: number;
}

export interface TaskCounts {
  readonly short: number;
  readonly long: number;
}

/** Of one class, or of one group. */
export const MOST_TASKS = 10_000;
/** That many of each class. */
const MOST_TASKS_OF_CASE = 2 * MOST_TASKS;

export const idSchema = Type.String({
  pattern: '^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$',
  description: 'an id: letters, digits, "_", "." and "-", at most 64',
});
// No program can be handed a NUL, and the gate takes it for the end of a text.
const shellLine = Type.String({
  pattern: '^[^\\u0000]+$',
  description: 'a shell line: not empty, and without NUL',
});
export const shellLinesSchema = Type.Array(shellLine, { description: 'a list of shell lines' });
export const taskCountSchema = Type.Integer({
  minimum: 1,
  maximum: MOST_TASKS,
  description: `a whole number from 1 to ${MOST_TASKS}`,
});

const AT_LEAST_ONE_LINE = 'a list of at least one shell line';

/** In place of the small and large commands: any number of programs. */
export const mixSchema = Type.Array(
  Type.Object(
    {
      id: idSchema,
      class: Type.Enum(['short', 'long'], { description: '"short" or "long"' }),
      count: taskCountSchema,
      setup: shellLinesSchema,
      commands: Type.Array(shellLine, {
        minItems: 1,
        description: AT_LEAST_ONE_LINE,
      }),
      size: Type.Optional(Type.Number(amount)),
    },
    { additionalProperties: false },
  ),
  { minItems: 1, description: 'a list of groups of tasks' },
);

/** What in a case of the file says which tasks there are. */
export interface GroupKeys {
  readonly mix?: Static<typeof mixSchema>;
  readonly small_setup?: readonly string[];
  readonly large_setup?: readonly string[];
  readonly small_commands?: readonly string[];
  readonly large_commands?: readonly string[];
  readonly work?: Work;
}

const CLASS_KEYS = ['small_setup', 'large_setup', 'small_commands', 'large_commands'] as const;

/**
 * The groups of a case: those of its mix, else a group of short and one of long tasks.
 * @param counts of a case without a mix
 * @param where the case, for what is wrong with it: file and path
 * @throws LabError INVALID_INPUT
 */
export function groupsOf(testCase: GroupKeys, counts: TaskCounts, where: string): TaskGroup[] {
  const groups = testCase.mix
    ? mixedGroups(testCase, testCase.mix, where)
    : twoGroups(testCase, counts, where);
  const total = groups.reduce((sum, { count }) => sum + count, 0);
  const most = testCase.work?.sizes?.long_tasks ?? 0;
  if (most >= total) {
    throw new LabError(
      'INVALID_INPUT',
      `${where}/work/sizes/long_tasks must be fewer than all tasks, of which there are ${total}`,
    );
  }
  return groups;
}

function mixedGroups(
  testCase: GroupKeys,
  mix: NonNullable<GroupKeys['mix']>,
  where: string,
): TaskGroup[] {
  const fail = (problem: string) => new LabError('INVALID_INPUT', `${where}${problem}`);
  const both = CLASS_KEYS.find((key) => (testCase[key]?.length ?? 0) > 0);
  if (both) throw fail(`/${both} must be absent or empty, because the case has a "mix"`);
  const ids = new Set<string>();
  for (const [place, { id, size }] of mix.entries()) {
    if (ids.has(id)) throw fail(`/mix/${place}/id repeats "${id}"`);
    ids.add(id);
    if (size !== undefined && !testCase.work) {
      throw fail(`/mix/${place}/size needs the case's "work": it multiplies that`);
    }
  }
  if (!mix.some((group) => group.class === 'short')) {
    throw fail('/mix must have a group of class "short"');
  }
  const total = mix.reduce((sum, { count }) => sum + count, 0);
  if (total > MOST_TASKS_OF_CASE) {
    throw fail(`/mix has ${total} tasks, more than ${MOST_TASKS_OF_CASE}`);
  }
  return mix.map(({ size = 1, ...group }) => ({ ...group, size }));
}

function twoGroups(testCase: GroupKeys, counts: TaskCounts, where: string): TaskGroup[] {
  const missing = CLASS_KEYS.filter((key) => testCase[key] === undefined);
  if (missing.length > 0) {
    throw new LabError(
      'INVALID_INPUT',
      `${where} must say what its tasks are: it has neither a "mix" nor ${missing.join(', ')}`,
    );
  }
  const { small_setup = [], large_setup = [], small_commands = [], large_commands = [] } = testCase;
  for (const [key, commands] of Object.entries({ small_commands, large_commands })) {
    if (commands.length > 0) continue;
    throw new LabError(
      'INVALID_INPUT',
      `${where}/${key} must be ${AT_LEAST_ONE_LINE}, or the case must have a "mix"`,
    );
  }
  const [short, long] = [
    { setup: small_setup, commands: small_commands },
    { setup: large_setup, commands: large_commands },
  ] as const;
  return [
    { id: 'short', class: 'short', count: counts.short, size: 1, ...short },
    { id: 'long', class: 'long', count: counts.long, size: 1, ...long },
  ];
}
