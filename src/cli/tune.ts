// SPDX-License-Identifier: Apache-2.0
import { randomInt } from 'node:crypto';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { LabError } from '../core/errors.ts';
import { schedulerOf } from '../experiment/case-schedulers.ts';
import { tune } from '../experiment/tune.ts';
import { parseValuesToTry, type ValuesToTry } from '../experiment/tuning-grid.ts';
import type { TuningRequest } from '../experiment/tuning-request.ts';
import { fewestBlocks } from '../experiment/verdict.ts';
import { readStoredExperiment, type StoredExperiment } from '../results/read.ts';
import { readTuning, type TuningRecord } from '../results/tuning-record.ts';
import { EXIT, type ExitStatus } from './exit-status.ts';
import { answer, type CliIo, note } from './io.ts';
import { listOr } from './list-cases.ts';
import {
  addMeasureOptions,
  chosenCases,
  commonRequest,
  count,
  type MeasureOptions,
  type OutputOptions,
  positiveNumber,
  verbosityOf,
  wholeNumber,
} from './options.ts';
import { showProgress } from './progress.ts';
import { tuningText } from './tuning-text.ts';

const DEFAULT_MAX_TIME_S = 3600;
/** The fewest that give a candidate an interval. */
const DEFAULT_FIRST_BLOCKS = 3;
const DEFAULT_MOST_RUNS = 30;

interface TuneOptions extends MeasureOptions, OutputOptions {
  scheduler?: string;
  set: ValuesToTry[];
  firstBlocks: number;
  precision: number;
  maxRuns: number;
  maxTime: number;
  seed?: number;
  warmUp: number;
  out: string;
  show?: string;
}

export function defineTune(command: Command, io: CliIo, done: (status: ExitStatus) => void) {
  addMeasureOptions(command)
    .description("look for better values of a scheduler's tunables, in rounds that halve")
    .option(
      '--scheduler <s>',
      'a name in schedulers/, a .bpf.c or a .bpf.o, perhaps with tunables of its own: what is to ' +
        'be beaten; default: the one that the case names, or of its name',
    )
    .option(
      '--set <name=values>',
      'values to try, such as slice_us=5000,80000; several multiply; default: a quarter and four ' +
        'times the value of each tunable, one at a time',
      collectValues,
      [],
    )
    .option('--first-blocks <n>', 'of the first round', wholeNumber, DEFAULT_FIRST_BLOCKS)
    .option(
      '--max-runs <n>',
      'runs of each arm in a round, at most',
      wholeNumber,
      DEFAULT_MOST_RUNS,
    )
    .option('--precision <points>', 'of the final interval, as in compare', positiveNumber, 2)
    .option(
      '--max-time <seconds>',
      'for all rounds and the final experiment',
      positiveNumber,
      DEFAULT_MAX_TIME_S,
    )
    .option('--seed <n>', 'of the order of the arms', wholeNumber)
    .option('--warm-up <n>', 'runs before the first that counts, in each round', count, 1)
    .option('--out <dir>', "where the tuning's folder goes", 'results')
    .option('--show <dir>', 'show a stored tuning instead')
    .addHelpText('after', '\n--runs fixes those of the final experiment, which alone decides.')
    .action(async (options: TuneOptions) => done(await listOr(options, io, tuneCommand)));
}

async function tuneCommand(options: TuneOptions, io: CliIo): Promise<ExitStatus> {
  const folder = options.show ? resolve(options.show) : await measureTuning(options, io);
  const tuning = await readTuning(folder);
  const final = tuning.final && (await readStoredExperiment(join(folder, tuning.final.folder)));
  if (final && options.show === undefined) await render(final);
  const text = options.json
    ? JSON.stringify({ ...tuning, folder }, null, 2)
    : tuningText(tuning, folder, final);
  answer(io, text);
  if (tuning.status === 'interrupted') note(io, `Interrupted; what was measured is in ${folder}.`);
  return statusOf(tuning);
}

async function measureTuning(options: TuneOptions, io: CliIo): Promise<string> {
  const request = await requestOf(options);
  const progress = showProgress(io, verbosityOf(options));
  try {
    return await tune(request, progress.report, io.signal);
  } finally {
    progress.end();
  }
}

async function requestOf(options: TuneOptions): Promise<TuningRequest> {
  const { caseFile, cases } = await chosenCases(options);
  const [testCase] = cases;
  if (cases.length !== 1 || !testCase) throw new LabError('USAGE', 'Name one case with --test ID.');
  const { runs, maxRuns } = options;
  const fewest = fewestBlocks(1);
  if ((runs ?? maxRuns) < fewest) {
    const message = `Fewer than ${fewest} runs of each arm cannot show that one is better.`;
    throw new LabError('USAGE', message);
  }
  return {
    common: await commonRequest(options, caseFile, cases),
    scheduler: options.scheduler ?? schedulerOf(testCase),
    wanted: options.set,
    sizes: { firstBlocks: options.firstBlocks, mostBlocks: maxRuns },
    finalBlocks: { fewest: runs ?? fewest, most: runs ?? maxRuns },
    precision: options.precision / 100,
    seed: options.seed ?? randomInt(1, 1_000_000),
    warmUps: options.warmUp,
    maxTimeS: options.maxTime,
    out: resolve(options.out),
  };
}

/** The final experiment is the evidence, so it gets its charts; `analyze` draws the others'. */
async function render(final: StoredExperiment): Promise<void> {
  const { renderReport } = await import('../report/render.ts');
  await renderReport(final);
}

function statusOf({ status, rounds, final }: TuningRecord): ExitStatus {
  if (status === 'interrupted') return EXIT.interrupted;
  const isValid = [...rounds, ...(final ? [final] : [])].every((part) => part.invalid_runs === 0);
  return status === 'complete' && isValid ? EXIT.ok : EXIT.invalid;
}

function collectValues(text: string, earlier: readonly ValuesToTry[]): ValuesToTry[] {
  return [...earlier, parseValuesToTry(text)];
}
