// SPDX-License-Identifier: Apache-2.0
import { resolve } from 'node:path';
import Table from 'cli-table3';
import type { Command } from 'commander';
import { LabError } from '../core/errors.ts';
import { judgeInParts, replayExperiments, type SmallExperiment } from '../experiment/selftest.ts';
import { readStoredExperiment, type StoredExperiment } from '../results/read.ts';
import type { ReplayResult } from '../stats/replay.ts';
import { EXIT, type ExitStatus } from './exit-status.ts';
import { answer, type CliIo, percent } from './io.ts';
import { measure } from './measure.ts';
import {
  addMeasureOptions,
  chosenCases,
  commonRequest,
  type MeasureOptions,
  type OutputOptions,
  wholeNumber,
} from './options.ts';

interface SelftestOptions extends MeasureOptions, OutputOptions {
  aa?: number;
  blocks: number;
  scheduler: string;
  replay: string[];
  replays: number;
  out: string;
}

export function defineSelftest(command: Command, io: CliIo, done: (status: ExitStatus) => void) {
  addMeasureOptions(command)
    .description('how often a verdict is false: the same scheduler against itself, and replays')
    .option('--aa <n>', 'measure this many experiments of a scheduler against itself', wholeNumber)
    .option('--blocks <n>', 'blocks of each of them', wholeNumber, 6)
    .option('--scheduler <s>', 'which one', 'default')
    .option('--replay <dir>', 'draw experiments from stored runs; repeatable', collect, [])
    .option('--replays <n>', 'how many of each kind', wholeNumber, 1000)
    .option('--out <dir>', "where the measured experiments' folder goes", 'results')
    .action(async (options: SelftestOptions) => done(await selftestCommand(options, io)));
}

async function selftestCommand(options: SelftestOptions, io: CliIo): Promise<ExitStatus> {
  if (options.aa === undefined && options.replay.length === 0) {
    throw new LabError('USAGE', 'Say what to try: --aa N --test ID, or --replay DIR.');
  }
  const stored: StoredExperiment[] = [];
  for (const folder of options.replay) stored.push(await readStoredExperiment(folder));
  const live = options.aa === undefined ? null : await measureAgainstItself(options, io);
  const all = live ? [...stored, live] : stored;
  const parts = all.flatMap((experiment) => judgeInParts(experiment, options.blocks));
  const replayed = replayExperiments(all, options.replays);
  const text = [
    ...(parts.length > 0 ? [partsText(parts, options.blocks)] : []),
    ...(live ? [`Stored in ${live.folder}`] : []),
    replayText(replayed),
  ];
  const document = { folder: live?.folder ?? null, live: parts, replayed };
  answer(io, options.json ? JSON.stringify(document, null, 2) : text.join('\n'));
  const valid = !live || live.runs.every(({ status }) => status === 'success');
  return valid ? EXIT.ok : EXIT.invalid;
}

/** All of them are one experiment with as many blocks, so that one guest serves them. */
async function measureAgainstItself(
  options: SelftestOptions,
  io: CliIo,
): Promise<StoredExperiment> {
  const { caseFile, cases } = await chosenCases(options);
  if (cases.length !== 1) throw new LabError('USAGE', 'Name one case with --test ID.');
  const blocks = (options.aa ?? 0) * options.blocks;
  const request = {
    ...commonRequest(options, caseFile, cases),
    name: `selftest-${cases[0]?.id}`,
    baseline: options.scheduler,
    schedulers: [options.scheduler],
    rule: { seed: 1, fewest_blocks: blocks, most_blocks: blocks, precision: 1, max_time_s: null },
    warmUps: 1,
    out: resolve(options.out),
  };
  return measure(request, options, io);
}

function partsText(parts: readonly SmallExperiment[], blocks: number): string {
  const wrong = parts.filter(({ verdict }) => verdict === 'faster' || verdict === 'slower').length;
  const lines = parts.map(({ verdict, improvement, pValue }, place) => {
    const figures =
      improvement === null || pValue === null
        ? ''
        : `, ${percent(improvement)} less makespan, p = ${pValue.toPrecision(2)}`;
    return `experiment ${place + 1}: ${verdict.replaceAll('_', ' ')}${figures}`;
  });
  const measured = `${parts.length} experiments of ${blocks} blocks with the same scheduler twice`;
  return [...lines, `${measured}: ${wrong} false verdicts`].join('\n');
}

function replayText(results: readonly ReplayResult[]): string {
  if (results.length === 0) {
    return 'No replays: they need at least 12 valid runs of one scheduler in one case.';
  }
  const table = new Table({
    head: ['blocks', 'true difference', 'shown in', '95 % interval holds it in', 'interval ±'],
    style: { head: [], border: [] },
  });
  for (const { blocks, effect, shown, coverage, halfWidth } of results) {
    table.push([
      String(blocks),
      effect === 0 ? 'none' : percent(effect),
      percent(shown),
      percent(coverage),
      percent(halfWidth),
    ]);
  }
  return `${results[0]?.replays} experiments of each kind, drawn from recorded runs:\n${table}`;
}

function collect(folder: string, folders: readonly string[]): string[] {
  return [...folders, folder];
}
