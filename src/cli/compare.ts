// SPDX-License-Identifier: Apache-2.0

import { resolve } from 'node:path';
import type { Command } from 'commander';
import { DEFAULT_SCHEDULER } from '../scheduler/spec.ts';
import type { ExitStatus } from './exit-status.ts';
import { answer, type CliIo, note } from './io.ts';
import { listCases } from './list-cases.ts';
import { measure } from './measure.ts';
import {
  addMeasureOptions,
  chosenCases,
  commonRequest,
  list,
  type MeasureOptions,
  type OutputOptions,
} from './options.ts';
import { resultDocument, resultText, statusOfResult } from './result.ts';

/** Fewer runs of each arm than this give no interval worth the name. */
const DEFAULT_RUNS = 5;

interface CompareOptions extends MeasureOptions, OutputOptions {
  schedulers?: string[];
  baseline: string;
  out: string;
}

export function defineCompare(command: Command, io: CliIo, done: (status: ExitStatus) => void) {
  addMeasureOptions(command)
    .description('run workloads under a baseline and other schedulers, interleaved, and judge them')
    .option(
      '--schedulers <list>',
      'what to compare, as in evaluate --scheduler; default: the scheduler named after the case',
      list,
    )
    .option('--baseline <scheduler>', 'what to compare with', DEFAULT_SCHEDULER)
    .option('--out <dir>', "where the experiment's folder goes", 'results')
    .action(async (options: CompareOptions) => done(await compareCommand(options, io)));
}

async function compareCommand(options: CompareOptions, io: CliIo): Promise<ExitStatus> {
  if (options.list) {
    await listCases(options, io);
    return 0;
  }
  const { caseFile, cases } = await chosenCases(options);
  const request = {
    ...commonRequest(options, caseFile, cases),
    baseline: options.baseline,
    schedulers: options.schedulers ?? ('by_case' as const),
    blocks: options.runs ?? DEFAULT_RUNS,
    out: resolve(options.out),
  };
  const result = await measure(request, options, io);
  const { readStoredExperiment } = await import('../results/read.ts');
  const { renderReport } = await import('../report/render.ts');
  const rendered = await renderReport(await readStoredExperiment(result.folder));
  if (options.json) answer(io, JSON.stringify(resultDocument(result), null, 2));
  else answer(io, resultText(result, rendered));
  if (result.experiment.status === 'interrupted') {
    note(io, `Interrupted; the ${result.runs.length} runs until then are in ${result.folder}.`);
  }
  return statusOfResult(result);
}
