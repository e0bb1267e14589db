// SPDX-License-Identifier: Apache-2.0
import { resolve } from 'node:path';
import Table from 'cli-table3';
import type { Command } from 'commander';
import { LabError } from '../core/errors.ts';
import { type Increase, type ObserverCost, observerCost } from '../experiment/observer-cost.ts';
import { judgeInParts, replayExperiments, type SmallExperiment } from '../experiment/selftest.ts';
import { readStoredExperiment, type StoredExperiment } from '../results/read.ts';
import { DEFAULT_SCHEDULER, UNOBSERVED_DEFAULT } from '../scheduler/spec.ts';
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
  observerCost?: number;
  blocks: number;
  scheduler: string;
  replay: string[];
  replays: number;
  out: string;
}

export function defineSelftest(command: Command, io: CliIo, done: (status: ExitStatus) => void) {
  addMeasureOptions(command)
    .description(
      'how often a verdict is false: the same scheduler against itself, and replays; and what the ' +
        'observer costs',
    )
    .option('--aa <n>', 'measure this many experiments of a scheduler against itself', wholeNumber)
    .option('--observer-cost <n>', 'measure it in this many blocks, under the default', wholeNumber)
    .option('--blocks <n>', 'blocks of each of them', wholeNumber, 6)
    .option('--scheduler <s>', 'which one', 'default')
    .option('--replay <dir>', 'draw experiments from stored runs; repeatable', collect, [])
    .option('--replays <n>', 'how many of each kind', wholeNumber, 1000)
    .option('--out <dir>', "where the measured experiments' folder goes", 'results')
    .action(async (options: SelftestOptions) => done(await selftestCommand(options, io)));
}

async function selftestCommand(options: SelftestOptions, io: CliIo): Promise<ExitStatus> {
  if (options.observerCost !== undefined) return measureObserver(options, options.observerCost, io);
  if (options.aa === undefined && options.replay.length === 0) {
    throw new LabError(
      'USAGE',
      'Say what to try: --aa N --test ID, --observer-cost N --test ID, or --replay DIR.',
    );
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
  const blocks = (options.aa ?? 0) * options.blocks;
  return measureBlocks(options, options.scheduler, options.scheduler, blocks, io);
}

async function measureObserver(
  options: SelftestOptions,
  blocks: number,
  io: CliIo,
): Promise<ExitStatus> {
  const { folder, runs } = await measureBlocks(
    { ...options, observer: true },
    UNOBSERVED_DEFAULT,
    DEFAULT_SCHEDULER,
    blocks,
    io,
  );
  const cost = observerCost(runs);
  answer(
    io,
    options.json
      ? JSON.stringify({ folder, cost }, null, 2)
      : [observerText(cost), `Stored in ${folder}`].join('\n'),
  );
  const valid = runs.every(({ status }) => status === 'success');
  return valid && cost ? EXIT.ok : EXIT.invalid;
}

/** So many blocks of one case under two schedulers. */
async function measureBlocks(
  options: SelftestOptions,
  baseline: string,
  scheduler: string,
  blocks: number,
  io: CliIo,
): Promise<StoredExperiment> {
  const { caseFile, cases } = await chosenCases(options);
  if (cases.length !== 1) throw new LabError('USAGE', 'Name one case with --test ID.');
  const request = {
    ...(await commonRequest(options, caseFile, cases)),
    name: `selftest-${cases[0]?.id}`,
    baseline,
    schedulers: [scheduler],
    rule: { seed: 1, fewest_blocks: blocks, most_blocks: blocks, precision: 1, max_time_s: null },
    warmUps: 1,
    out: resolve(options.out),
  };
  return measure(request, options, io);
}

function observerText(cost: ObserverCost | null): string {
  if (!cost) return 'Fewer than two blocks are valid: what the observer costs is not known.';
  const of = ({ increase, ci95: [low, high] }: Increase) =>
    `${percent(increase, 2)} more [${percent(low, 2)}, ${percent(high, 2)}]`;
  return [
    `With the observer, in ${cost.blocks} blocks:`,
    `  makespan: ${of(cost.makespan)}`,
    `  the tasks' CPU time: ${of(cost.cpuTime)}`,
    `  the observer's programs: ${cost.programs === null ? 'not counted by this kernel' : `${percent(cost.programs, 2)} of the tasks' CPU time`}`,
  ].join('\n');
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
