// SPDX-License-Identifier: Apache-2.0
import { dirname, resolve } from 'node:path';
import Type, { type Static } from 'typebox';
import { LabError } from '../core/errors.ts';
import { parseDocument } from '../core/parse-document.ts';
import { readText } from '../core/read-text.ts';
import {
  groupsOf,
  idSchema,
  mixSchema,
  shellLinesSchema,
  type TaskCounts,
  type TaskGroup,
  taskCountSchema,
} from './task-groups.ts';
import { workSchema } from './work.ts';

const yesOrNo = Type.Boolean({ description: 'true or false' });

const testCaseSchema = Type.Object({
  id: idSchema,
  name: Type.String({ minLength: 1 }),
  description: Type.String(),
  category: Type.String(),
  /** These four, or a mix. */
  small_setup: Type.Optional(shellLinesSchema),
  large_setup: Type.Optional(shellLinesSchema),
  small_commands: Type.Optional(shellLinesSchema),
  large_commands: Type.Optional(shellLinesSchema),
  mix: Type.Optional(mixSchema),
  cleanup_commands: shellLinesSchema,
  dependencies: Type.Array(Type.String({ minLength: 1 }), { description: 'a list of names' }),
  expected_improvement: Type.Optional(Type.Unknown()),
  work: Type.Optional(workSchema),
  /** What it is compared with when nothing is said; without it, the scheduler with the case's id. */
  scheduler: Type.Optional(
    Type.String({ minLength: 1, description: 'a scheduler, as --schedulers takes it' }),
  ),
  /** The tasks only read what the setup left: their folders may be hard links to it. */
  shares_input: Type.Optional(yesOrNo),
  /** What a task prints depends on all of its work, and on nothing else but `$WORK_UNITS`. */
  checks_output: Type.Optional(yesOrNo),
});

export const caseFileSchema = Type.Object({
  configuration: Type.Object({
    short_tasks: taskCountSchema,
    long_tasks: taskCountSchema,
    total_tasks: taskCountSchema,
  }),
  test_cases: Type.Array(testCaseSchema, { minItems: 1, description: 'a list of cases' }),
  metadata: Type.Object({}),
});

type WrittenCase = Static<typeof testCaseSchema>;

export interface TestCase
  extends Omit<
    WrittenCase,
    'small_setup' | 'large_setup' | 'small_commands' | 'large_commands' | 'mix'
  > {
  /** Its tasks, group by group, in the order of the file. */
  readonly groups: readonly TaskGroup[];
  /** It is a mix: what its tasks are says nothing about their order. */
  readonly isMix: boolean;
}

export interface CaseFile {
  readonly path: string;
  /** What `$ORIGINAL_CWD` stands for: the folder that holds the file. */
  readonly folder: string;
  readonly cases: readonly TestCase[];
}

/** Reads and checks a case file. Throws LabError INVALID_INPUT: file, path in it, expectation. */
export async function readCaseFile(file: string): Promise<CaseFile> {
  return parseCaseFile(await readText(resolve(file), 'the case file'), file);
}

/** The same for its text. */
export function parseCaseFile(text: string, file: string): CaseFile {
  const path = resolve(file);
  const document = parseDocument(caseFileSchema, text, file);
  const { short_tasks, long_tasks, total_tasks } = document.configuration;
  if (short_tasks + long_tasks !== total_tasks) {
    throw new LabError(
      'INVALID_INPUT',
      `${file}: /configuration/total_tasks must be short_tasks + long_tasks = ${short_tasks + long_tasks}`,
    );
  }
  rejectDuplicates(document.test_cases, file);
  const counts = { short: short_tasks, long: long_tasks };
  const cases = document.test_cases.map((written, place) =>
    toTestCase(written, counts, `${file}: /test_cases/${place}`),
  );
  return { path, folder: dirname(path), cases };
}

/** The cases asked for, in the order of the file. Throws LabError USAGE for an unknown id. */
export function selectCases(file: CaseFile, ids: readonly string[] | 'all'): TestCase[] {
  if (ids === 'all') return [...file.cases];
  const known = new Set(file.cases.map((testCase) => testCase.id));
  const unknown = ids.filter((id) => !known.has(id));
  if (unknown.length > 0) {
    throw new LabError(
      'USAGE',
      `No case ${unknown.join(', ')} in ${file.path}. There are: ${[...known].join(', ')}.`,
    );
  }
  return file.cases.filter((testCase) => ids.includes(testCase.id));
}

/** How many tasks of each class a case has. */
export function countsOf({ groups, work }: Pick<TestCase, 'groups' | 'work'>): TaskCounts {
  const total = (ofGroups: readonly TaskGroup[]) =>
    ofGroups.reduce((sum, { count }) => sum + count, 0);
  const long = work?.sizes?.long_tasks ?? total(groups.filter((group) => group.class === 'long'));
  return { short: total(groups) - long, long };
}

/** True when other counts would make another case: each group has its own, or the sizes are drawn. */
export function hasOwnCounts({ isMix, work }: Pick<TestCase, 'isMix' | 'work'>): boolean {
  return isMix || work?.sizes !== undefined;
}

/**
 * The case with other numbers of tasks.
 * @throws LabError USAGE for a case that has its own
 */
export function withCounts(testCase: TestCase, counts: Partial<TaskCounts>): TestCase {
  if (counts.short === undefined && counts.long === undefined) return testCase;
  if (hasOwnCounts(testCase)) {
    const { short, long } = countsOf(testCase);
    throw new LabError(
      'USAGE',
      `The case ${testCase.id} is made of ${short} short and ${long} long tasks by its ` +
        `${testCase.isMix ? '"mix"' : '"sizes"'}: leave out --short and --long, or the case.`,
    );
  }
  const groups = testCase.groups.map((group) => ({
    ...group,
    count: counts[group.class] ?? group.count,
  }));
  return { ...testCase, groups };
}

function toTestCase(written: WrittenCase, counts: TaskCounts, where: string): TestCase {
  const { small_setup, large_setup, small_commands, large_commands, mix, ...rest } = written;
  return { ...rest, groups: groupsOf(written, counts, where), isMix: mix !== undefined };
}

function rejectDuplicates(cases: readonly WrittenCase[], file: string): void {
  const seen = new Set<string>();
  for (const [index, { id }] of cases.entries()) {
    if (seen.has(id)) {
      throw new LabError('INVALID_INPUT', `${file}: /test_cases/${index}/id repeats "${id}"`);
    }
    seen.add(id);
  }
}
