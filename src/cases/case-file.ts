// SPDX-License-Identifier: Apache-2.0
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import Type, { type Static } from 'typebox';
import { LabError, messageOf } from '../core/errors.ts';
import { parseDocument } from '../core/parse-document.ts';

const shellLines = Type.Array(Type.String({ minLength: 1 }), {
  description: 'a list of shell lines',
});
const atLeastOneShellLine = Type.Array(Type.String({ minLength: 1 }), {
  minItems: 1,
  description: 'a list of at least one shell line',
});
/** Of one class. */
export const MOST_TASKS = 10_000;
const taskCount = Type.Integer({
  minimum: 1,
  maximum: MOST_TASKS,
  description: `a whole number from 1 to ${MOST_TASKS}`,
});
const yesOrNo = Type.Boolean({ description: 'true or false' });

/** How much work the tasks do; where it is given, the commands get `$WORK_UNITS`. */
const workSchema = Type.Object(
  {
    /** CPU seconds of one short task. */
    short_cpu_s: Type.Number({ exclusiveMinimum: 0, description: 'a number above 0' }),
    /** CPU time of a long task / that of a short one; `balanced`: just fits the ideal schedule. */
    skew: Type.Union([Type.Literal('balanced'), Type.Number({ exclusiveMinimum: 0 })], {
      description: '"balanced" or a number above 0',
    }),
  },
  { additionalProperties: false },
);

const testCaseSchema = Type.Object({
  id: Type.String({
    pattern: '^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$',
    description: 'an id: letters, digits, "_", "." and "-", at most 64',
  }),
  name: Type.String({ minLength: 1 }),
  description: Type.String(),
  category: Type.String(),
  small_setup: shellLines,
  large_setup: shellLines,
  small_commands: atLeastOneShellLine,
  large_commands: atLeastOneShellLine,
  cleanup_commands: shellLines,
  dependencies: Type.Array(Type.String({ minLength: 1 }), { description: 'a list of names' }),
  expected_improvement: Type.Optional(Type.Unknown()),
  work: Type.Optional(workSchema),
  /** The tasks only read what the setup left: their folders may be hard links to it. */
  shares_input: Type.Optional(yesOrNo),
  /** What a task prints depends on all of its work, and on nothing else but `$WORK_UNITS`. */
  checks_output: Type.Optional(yesOrNo),
});

export const caseFileSchema = Type.Object({
  configuration: Type.Object({
    short_tasks: taskCount,
    long_tasks: taskCount,
    total_tasks: taskCount,
  }),
  test_cases: Type.Array(testCaseSchema, { minItems: 1, description: 'a list of cases' }),
  metadata: Type.Object({}),
});

export type Work = Static<typeof workSchema>;
export type TestCase = Static<typeof testCaseSchema>;

export interface CaseFile {
  readonly path: string;
  /** What `$ORIGINAL_CWD` stands for: the folder that holds the file. */
  readonly folder: string;
  readonly shortTasks: number;
  readonly longTasks: number;
  readonly cases: readonly TestCase[];
}

/** Reads and checks a case file. Throws LabError INVALID_INPUT: file, path in it, expectation. */
export async function readCaseFile(file: string): Promise<CaseFile> {
  const path = resolve(file);
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new LabError('INVALID_INPUT', `Cannot read the case file: ${messageOf(error)}`, {
      cause: error,
    });
  });
  const document = parseDocument(caseFileSchema, text, file);
  const { short_tasks, long_tasks, total_tasks } = document.configuration;
  if (short_tasks + long_tasks !== total_tasks) {
    throw new LabError(
      'INVALID_INPUT',
      `${file}: /configuration/total_tasks must be short_tasks + long_tasks = ${short_tasks + long_tasks}`,
    );
  }
  rejectDuplicates(document.test_cases, file);
  return {
    path,
    folder: dirname(path),
    shortTasks: short_tasks,
    longTasks: long_tasks,
    cases: document.test_cases,
  };
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

function rejectDuplicates(cases: readonly TestCase[], file: string): void {
  const seen = new Set<string>();
  for (const [index, { id }] of cases.entries()) {
    if (seen.has(id)) {
      throw new LabError('INVALID_INPUT', `${file}: /test_cases/${index}/id repeats "${id}"`);
    }
    seen.add(id);
  }
}
