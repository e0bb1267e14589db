// SPDX-License-Identifier: Apache-2.0
import { join, resolve } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import {
  type CaseFile,
  readCaseFile,
  selectCases,
  type TestCase,
  withCounts,
} from '../cases/case-file.ts';
import { MOST_TASKS } from '../cases/task-groups.ts';
import { LabError } from '../core/errors.ts';
import { packageRoot } from '../core/paths.ts';
import type { ExperimentRequest, TargetChoice } from '../experiment/request.ts';
import { findTaskUser } from '../machine/task-user.ts';
import { LONGEST_WATCHDOG_S } from '../results/experiment-record.ts';
import { readHistoryFile } from '../scheduler/history-file.ts';
import { TASK_PROCESSES } from '../tasks/task-groups.ts';
import type { Verbosity } from './io.ts';

/** What `evaluate` and `run-scheduler-tests` have in common. */
export interface MeasureOptions {
  list?: boolean;
  test: string[];
  all?: boolean;
  cases: string;
  monitor: boolean;
  observer: boolean;
  callbackTimes?: boolean;
  user?: string;
  replace?: boolean;
  taskMemory?: number;
  taskProcesses: number;
  watchdog: number;
  fresh?: boolean;
  runs?: number;
  short?: number;
  long?: number;
  scale: number;
  timeout: number;
  target: TargetChoice;
  cpus?: number[];
  memory: number;
  kernel?: string;
  history?: string;
  include: string[];
}

export interface OutputOptions {
  json?: boolean;
  quiet?: boolean;
  verbose?: boolean;
}

const DEFAULT_GUEST_CPUS = 4;
/** A tenth of what the kernel gives: a scheduler that is measured may be a bad one. */
const DEFAULT_WATCHDOG_S = LONGEST_WATCHDOG_S / 10;

/** What can be written for a scheduler, for the help text. */
export const SCHEDULER_FORMS =
  'default, a name in schedulers/, a .bpf.o, cmd:COMMAND LINE of a program that brings one, ' +
  'or policy:nice=N|fifo|rr|batch|idle';

export function addOutputOptions(command: Command): Command {
  return command
    .option('--json', 'the result as one JSON document on standard output')
    .option('-q, --quiet', 'less on standard error')
    .option('-v, --verbose', 'more on standard error');
}

export function addMeasureOptions(command: Command): Command {
  return addOutputOptions(command)
    .option('--list', 'list the cases and what is missing to run them')
    .option('--test <ids>', 'a case, or several with commas; repeatable', collectIds, [])
    .option('--all', 'every case')
    .option('--cases <file>', 'case file', join(packageRoot, 'test_cases_parallel.json'))
    .option('--no-monitor', 'no pidusage sampling')
    .option('--no-observer', 'no look into the runs: who ran where and when, who waited')
    .option('--user <name>', 'whom the tasks run as; by default who called sudo, else who you are')
    .option('--replace', "on the host: stop another's scheduler, and start it again afterwards")
    .option('--task-memory <size>', 'what each task may use, such as 500M', memorySize)
    .option(
      '--task-processes <n>',
      'processes and threads that each may have',
      wholeNumber,
      TASK_PROCESSES,
    )
    .option('--callback-times', "have the kernel time the schedulers' callbacks")
    .option(
      '--watchdog <seconds>',
      'how long a scheduler may let a task wait, unless it says so itself',
      watchdogSeconds,
      DEFAULT_WATCHDOG_S,
    )
    .option('--runs <n>', 'exactly this many runs of each arm', wholeNumber)
    .option('--short <n>', 'number of short tasks', taskCount)
    .option('--long <n>', 'number of long tasks', taskCount)
    .option('--scale <factor>', 'multiplies the size of the work', positiveNumber, 1)
    .option('--fresh', 'prepare and size the tasks anew, instead of as in an earlier experiment')
    .option('--timeout <seconds>', 'limit for one run', positiveNumber, 300)
    .addOption(
      new Option('--target <where>', 'where to run')
        .choices(['auto', 'host', 'vm'])
        .default('auto', 'auto: here when this kernel can, else in a guest'),
    )
    .option(
      '--cpus <n>',
      `the guest's CPUs (${DEFAULT_GUEST_CPUS}), or how many of this machine's the tasks may use ` +
        '(all); run-scheduler-tests takes a list, such as 1,2,4,8, and measures at each',
      cpuCounts,
    )
    .option('--memory <size>', "the guest's memory, such as 2G", memorySize, 2 * 2 ** 30)
    .option('--history <file>', 'what schedulers that learn know before the first run')
    .option('--kernel <which>', "the guest's kernel: an image, a version, or latest")
    .option(
      '--include <dir>',
      "a folder with headers for schedulers' sources from elsewhere; repeatable",
      (folder: string, folders: string[]) => [...folders, resolve(folder)],
      [],
    );
}

export function verbosityOf(options: OutputOptions): Verbosity {
  if (options.quiet) return 'quiet';
  return options.verbose ? 'verbose' : 'normal';
}

/** The cases that were asked for. Throws USAGE when none were, or for counts that do not suit one. */
export async function chosenCases(
  options: MeasureOptions,
): Promise<{ caseFile: CaseFile; cases: TestCase[] }> {
  const caseFile = await readCaseFile(options.cases);
  if (!options.all && options.test.length === 0) {
    throw new LabError('USAGE', 'Say what to run: --test ID or --all; --list shows the cases.');
  }
  const counts = {
    ...(options.short === undefined ? {} : { short: options.short }),
    ...(options.long === undefined ? {} : { long: options.long }),
  };
  const cases = selectCases(caseFile, options.all ? 'all' : options.test);
  return { caseFile, cases: cases.map((testCase) => withCounts(testCase, counts)) };
}

/** The part of a request that both commands fill in alike. */
export async function commonRequest(
  options: MeasureOptions,
  caseFile: CaseFile,
  cases: readonly TestCase[],
) {
  const cpus = cpusOf(options);
  const request = {
    name: cases.length === 1 ? (cases[0] as TestCase).id : `${cases.length}-cases`,
    caseFile,
    cases,
    scale: options.scale,
    timeoutS: options.timeout,
    user: await findTaskUser(options.user),
    replace: options.replace ?? false,
    taskLimits: {
      processes: options.taskProcesses,
      ...(options.taskMemory === undefined ? {} : { memoryBytes: options.taskMemory }),
    },
    monitor: options.monitor,
    observe: options.observer,
    callbackTimes: options.callbackTimes ?? false,
    watchdogS: options.watchdog,
    fresh: options.fresh ?? false,
    target: options.target,
    includeFolders: options.include,
    ...(options.history === undefined ? {} : { history: await readHistoryFile(options.history) }),
    vm: {
      cpus: DEFAULT_GUEST_CPUS,
      memoryBytes: options.memory,
      ...(options.kernel === undefined ? {} : { kernel: options.kernel }),
    },
  } satisfies Partial<ExperimentRequest>;
  return cpus === null ? request : onCpus(request, cpus);
}

/** @throws LabError USAGE for several counts: what measures at each of them asks for one at a time */
function cpusOf({ cpus: [cpus, ...others] = [] }: MeasureOptions): number | null {
  if (others.length === 0) return cpus ?? null;
  throw new LabError('USAGE', 'Only run-scheduler-tests measures at several CPU counts.');
}

/** The same request on so many CPUs, wherever that will be. */
export function onCpus<R extends Pick<ExperimentRequest, 'vm'>>(request: R, cpus: number) {
  return { ...request, vm: { ...request.vm, cpus }, hostCpus: cpus };
}

function list(text: string): string[] {
  return text.split(',').filter((part) => part.length > 0);
}

export function wholeNumber(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 1 || value > 1_000_000) {
    throw new InvalidArgumentError('It must be a whole number from 1.');
  }
  return value;
}

/** `4`, or `1,2,4,8`: each once. */
export function cpuCounts(text: string): number[] {
  const counts = text.split(',').map(wholeNumber);
  if (new Set(counts).size === counts.length) return counts;
  throw new InvalidArgumentError('A number of CPUs stands there twice.');
}

/** A whole number that may be 0. */
export function count(text: string): number {
  return text === '0' ? 0 : wholeNumber(text);
}

function taskCount(text: string): number {
  const value = wholeNumber(text);
  if (value > MOST_TASKS) throw new InvalidArgumentError(`It must be at most ${MOST_TASKS}.`);
  return value;
}

export function collectIds(text: string, ids: string[]): string[] {
  return [...ids, ...list(text)];
}

export function positiveNumber(text: string): number {
  const value = Number(text);
  if (!(value > 0 && Number.isFinite(value))) {
    throw new InvalidArgumentError('It must be a number above 0.');
  }
  return value;
}

function watchdogSeconds(text: string): number {
  const value = positiveNumber(text);
  if (value < 0.1 || value > LONGEST_WATCHDOG_S) {
    throw new InvalidArgumentError(`It must be from 0.1 to ${LONGEST_WATCHDOG_S}.`);
  }
  return value;
}

function memorySize(text: string): number {
  const match = /^(\d+)([MG])$/i.exec(text);
  const bytes = match
    ? Number(match[1]) * (match[2]?.toUpperCase() === 'G' ? 2 ** 30 : 2 ** 20)
    : 0;
  if (bytes < 512 * 2 ** 20 || !Number.isSafeInteger(bytes)) {
    throw new InvalidArgumentError('It must be a size such as 2G or 512M, at least 512M.');
  }
  return bytes;
}
