// SPDX-License-Identifier: Apache-2.0

import { randomInt } from 'node:crypto';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { LabError } from '../core/errors.ts';
import type { ExperimentRequest } from '../experiment/request.ts';
import { requestToResume } from '../experiment/resume.ts';
import { fewestBlocks } from '../experiment/verdict.ts';
import type { Rule } from '../results/experiment-record.ts';
import { DEFAULT_SCHEDULER, splitSchedulers } from '../scheduler/spec.ts';
import type { ExitStatus } from './exit-status.ts';
import { answer, type CliIo, note } from './io.ts';
import { listOr } from './list-cases.ts';
import { measure } from './measure.ts';
import {
  addMeasureOptions,
  chosenCases,
  commonRequest,
  count,
  type MeasureOptions,
  type OutputOptions,
  positiveNumber,
  SCHEDULER_FORMS,
  wholeNumber,
} from './options.ts';
import { resultDocument, resultText, statusOfResult } from './result.ts';

/** A case is given up at this many runs of each arm, however wide the interval is. */
const DEFAULT_MOST_RUNS = 30;
/** The same for its time: it should be minutes, under emulation, too. */
const DEFAULT_MAX_TIME_S = 900;
/** Half the width of the improvement's interval, in points. */
const DEFAULT_PRECISION = 2;

interface CompareOptions extends MeasureOptions, OutputOptions {
  schedulers?: string[];
  baseline: string;
  out: string;
  maxRuns?: number;
  maxTime?: number;
  precision: number;
  seed?: number;
  warmUp: number;
  resume?: string;
  against?: string;
}

export function defineCompare(command: Command, io: CliIo, done: (status: ExitStatus) => void) {
  addMeasureOptions(command)
    .description('run workloads under a baseline and other schedulers, interleaved, and judge them')
    .option(
      '--schedulers <list>',
      `what to compare, each ${SCHEDULER_FORMS}; several with commas, and repeatable; from cmd: on ` +
        'all belongs to that command; default: the scheduler named after the case',
      collectSchedulers,
    )
    .option('--baseline <scheduler>', 'what to compare with', DEFAULT_SCHEDULER)
    .option('--out <dir>', "where the experiment's folder goes", 'results')
    .option(
      '--precision <points>',
      'more runs until the interval of the improvement is ± this narrow, in per cent points',
      positiveNumber,
      DEFAULT_PRECISION,
    )
    .option(
      '--max-runs <n>',
      `at most this many runs of each arm (${DEFAULT_MOST_RUNS})`,
      wholeNumber,
    )
    .option(
      '--max-time <seconds>',
      `no more runs of a case after this time (${DEFAULT_MAX_TIME_S})`,
      positiveNumber,
    )
    .option('--seed <n>', 'of the order of the arms; as another experiment had it', wholeNumber)
    .option('--warm-up <n>', 'runs before the first that counts, for each case', count, 1)
    .option('--against <dir>', "also compare with a stored experiment's arms")
    .option('--resume <dir>', 'go on with an experiment that was cut off, as it was planned')
    .action(async (options: CompareOptions) => done(await listOr(options, io, compareCommand)));
}

async function compareCommand(options: CompareOptions, io: CliIo): Promise<ExitStatus> {
  const { readStoredExperiment } = await import('../results/read.ts');
  const result = await measure(await requestOf(options, readStoredExperiment), options, io);
  const { renderReport } = await import('../report/render.ts');
  const rendered = await renderReport(await readStoredExperiment(result.folder));
  if (options.json) answer(io, JSON.stringify(resultDocument(result), null, 2));
  else answer(io, resultText(result, rendered));
  if (result.experiment.status === 'interrupted') {
    note(io, `Interrupted; the ${result.runs.length} runs until then are in ${result.folder}.`);
  }
  return statusOfResult(result);
}

async function requestOf(
  options: CompareOptions,
  read: typeof import('../results/read.ts').readStoredExperiment,
): Promise<ExperimentRequest> {
  if (options.resume !== undefined) {
    if (options.all || options.test.length > 0) {
      throw new LabError('USAGE', '--resume goes on with what was planned: leave out the cases.');
    }
    return requestToResume(await read(resolve(options.resume)));
  }
  const { caseFile, cases } = await chosenCases(options);
  const common = commonRequest(options, caseFile, cases);
  return {
    ...common,
    baseline: options.baseline,
    schedulers: options.schedulers ?? 'by_case',
    rule: stopRule(options, cases.length * (options.schedulers?.length ?? 1)),
    warmUps: options.warmUp,
    out: resolve(options.out),
    ...(options.against === undefined ? {} : { against: await read(resolve(options.against)) }),
  };
}

function stopRule(options: CompareOptions, comparisons: number): Rule {
  const { runs, maxRuns, maxTime, precision } = options;
  const seed = options.seed ?? randomInt(1, 1_000_000);
  const width = { seed, precision: precision / 100 };
  if (runs !== undefined) {
    return { ...width, fewest_blocks: runs, most_blocks: runs, max_time_s: maxTime ?? null };
  }
  const most = maxRuns ?? DEFAULT_MOST_RUNS;
  return {
    ...width,
    fewest_blocks: Math.min(most, fewestBlocks(comparisons)),
    most_blocks: most,
    max_time_s: maxTime ?? DEFAULT_MAX_TIME_S,
  };
}

function collectSchedulers(text: string, earlier: readonly string[] = []): string[] {
  return [...earlier, ...splitSchedulers(text)];
}
