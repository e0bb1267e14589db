// SPDX-License-Identifier: Apache-2.0

import { randomInt } from 'node:crypto';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { LabError } from '../core/errors.ts';
import type { ExperimentRequest } from '../experiment/request.ts';
import { requestToResume } from '../experiment/resume.ts';
import { fewestBlocks } from '../experiment/verdict.ts';
import { isCpuSweep } from '../results/cpu-sweep.ts';
import type { Rule } from '../results/experiment-record.ts';
import { readStoredExperiment, type StoredExperiment } from '../results/read.ts';
import { DEFAULT_SCHEDULER, OWN_SCHEDULER, splitSchedulers } from '../scheduler/spec.ts';
import { compareOverCpus, resumeCpuSweep } from './cpu-sweep.ts';
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
        'all belongs to that command; own, the default: the one that the case names, or of its name',
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
  if (options.resume !== undefined) {
    if (options.all || options.test.length > 0) {
      throw new LabError('USAGE', '--resume goes on with what was planned: leave out the cases.');
    }
    const folder = resolve(options.resume);
    if (isCpuSweep(folder)) return resumeCpuSweep(folder, options, io);
    return compareOnce(await requestToResume(await readStoredExperiment(folder)), options, io);
  }
  const { cpus: [cpus, ...others] = [] } = options;
  if (cpus === undefined || others.length === 0) {
    const request = await newRequest(options, io);
    const against = await storedFor(options, cpus);
    return compareOnce(against ? { ...request, against } : request, options, io);
  }
  const counts = [cpus, ...others];
  const request = await newRequest({ ...options, cpus: [cpus] }, io);
  const against = new Map<number, StoredExperiment>();
  for (const count of counts) {
    const stored = await storedFor(options, count);
    if (stored) against.set(count, stored);
  }
  return compareOverCpus(request, counts, against, options, io);
}

async function compareOnce(
  request: ExperimentRequest,
  options: CompareOptions,
  io: CliIo,
): Promise<ExitStatus> {
  const result = await measure(request, options, io);
  const { renderReport } = await import('../report/render.ts');
  const rendered = await renderReport(await readStoredExperiment(result.folder));
  if (options.json) answer(io, JSON.stringify(resultDocument(result), null, 2));
  else answer(io, resultText(result, rendered));
  if (result.experiment.status === 'interrupted') {
    note(io, `Interrupted; the ${result.runs.length} runs until then are in ${result.folder}.`);
  }
  return statusOfResult(result);
}

async function newRequest(options: CompareOptions, io: CliIo): Promise<ExperimentRequest> {
  const { caseFile, cases } = await chosenCases(options);
  const common = await commonRequest(options, caseFile, cases);
  const comparisons = cases.length * (options.schedulers?.length ?? 1);
  const rule = stopRule(options, comparisons);
  noteTooFewBlocks(rule, comparisons, io);
  return {
    ...common,
    baseline: options.baseline,
    schedulers: options.schedulers ?? [OWN_SCHEDULER],
    rule,
    warmUps: options.warmUp,
    out: resolve(options.out),
  };
}

/** Said before the time is spent: such an experiment has ratios and intervals, and no verdict. */
function noteTooFewBlocks({ most_blocks: most }: Rule, comparisons: number, io: CliIo): void {
  const fewest = fewestBlocks(comparisons);
  if (most >= fewest) return;
  const among = comparisons === 1 ? '' : ` in ${comparisons} comparisons`;
  note(io, `A verdict${among} takes ${fewest} runs of each arm, not ${most}.`);
}

/** The experiment to compare with: of a sweep its part on as many CPUs. */
async function storedFor(
  { against, cpus: counts = [] }: CompareOptions,
  cpus: number | undefined,
): Promise<StoredExperiment | null> {
  if (against === undefined) return null;
  const folder = resolve(against);
  if (isCpuSweep(folder)) {
    if (cpus !== undefined) return readStoredExperiment(join(folder, String(cpus)));
    throw new LabError('USAGE', `${folder} has an experiment for each CPU count: say --cpus.`);
  }
  if (counts.length < 2) return readStoredExperiment(folder);
  throw new LabError('USAGE', `${folder} is one experiment: several CPU counts need a sweep.`);
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
