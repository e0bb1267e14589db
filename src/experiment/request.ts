// SPDX-License-Identifier: Apache-2.0
import type { CaseFile, TestCase } from '../cases/case-file.ts';
import type { TaskUser } from '../core/privileges.ts';
import type { CaseEnd, Rule, Warning } from '../results/experiment-record.ts';
import type { StoredExperiment } from '../results/read.ts';
import type { RunRecord } from '../results/run-record.ts';
import type { PlannedRun } from './protocol.ts';

export type TargetChoice = 'auto' | 'host' | 'vm';

/** What a command asks for: everything that decides what will be measured. */
export interface ExperimentRequest {
  /** Part of the folder's name. */
  readonly name: string;
  readonly caseFile: CaseFile;
  readonly cases: readonly TestCase[];
  readonly baseline: string;
  /** The arms beside the baseline; `own` among them is another one for each case. */
  readonly schedulers: readonly string[];
  /** Where schedulers' sources from elsewhere look for headers. */
  readonly includeFolders: readonly string[];
  /** When a case has enough runs of each arm. */
  readonly rule: Rule;
  /** Runs of the baseline before a case's first block, not counted. */
  readonly warmUps: number;
  readonly scale: number;
  readonly timeoutS: number;
  /** Whom the tasks and their setup run as. */
  readonly user: TaskUser;
  /** What each task may have at most; without `memoryBytes` all but what the place itself needs. */
  readonly taskLimits: { readonly memoryBytes?: number; readonly processes: number };
  readonly monitor: boolean;
  /** The kernel times the schedulers' callbacks. */
  readonly callbackTimes: boolean;
  /** How long a task may wait before the kernel ejects a scheduler that does not say so itself. */
  readonly watchdogS: number;
  /** Look into the runs: who ran where and when. */
  readonly observe: boolean;
  /** Prepare and size the tasks anew, whatever is known from before. */
  readonly fresh: boolean;
  readonly target: TargetChoice;
  /** On the host: stop somebody else's scheduler for the time of the experiment. */
  readonly replace?: boolean;
  /** On the host: how many of its CPUs the tasks may use; absent: all. */
  readonly hostCpus?: number;
  readonly vm: { readonly cpus: number; readonly memoryBytes: number; readonly kernel?: string };
  /** What schedulers that learn know before the first run, as the loader's file; nothing by default. */
  readonly history?: string;
  /** Where the experiment's folder goes. */
  readonly out: string;
  /** The folder's name; absent: the time and the name. */
  readonly folderName?: string;
  /** An experiment that was cut off, to go on with instead of starting a new one. */
  readonly resume?: StoredExperiment;
  /** An experiment of before, to compare the arms with. */
  readonly against?: StoredExperiment;
}

/** What happens, for whoever shows it. */
export type Update =
  | { kind: 'stage'; text: string }
  /** How many runs there will be in all, as far as can be told. */
  | { kind: 'planned'; runs: number; done: number }
  | { kind: 'block_ended'; testId: string; blocks: number; arms: readonly ArmSoFar[] }
  | { kind: 'case_ended'; end: CaseEnd }
  | { kind: 'run_started'; run: PlannedRun }
  | { kind: 'sample'; run: PlannedRun; atS: number; running: number; tasks: number }
  | { kind: 'run_ended'; run: PlannedRun; record: RunRecord }
  | { kind: 'run_skipped'; run: PlannedRun; reason: string }
  | { kind: 'warning'; warning: Warning };

/** An arm's improvement after some blocks. */
export interface ArmSoFar {
  readonly scheduler: string;
  readonly improvement: number;
  readonly ci95: readonly [number, number];
}

export type Report = (update: Update) => void;
