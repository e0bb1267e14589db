// SPDX-License-Identifier: Apache-2.0

import { resolve } from 'node:path';
import type { Command } from 'commander';
import { writeAtomically } from '../results/store.ts';
import { DEFAULT_SCHEDULER } from '../scheduler/spec.ts';
import type { ExitStatus } from './exit-status.ts';
import { answer, type CliIo } from './io.ts';
import { listCases } from './list-cases.ts';
import { measure } from './measure.ts';
import {
  addMeasureOptions,
  chosenCases,
  commonRequest,
  type MeasureOptions,
  type OutputOptions,
} from './options.ts';
import { resultDocument, resultText, statusOfResult } from './result.ts';

interface EvaluateOptions extends MeasureOptions, OutputOptions {
  scheduler: string;
  save?: string;
}

export function defineEvaluate(command: Command, io: CliIo, done: (status: ExitStatus) => void) {
  addMeasureOptions(command)
    .description('run workloads under one scheduler and report')
    .option(
      '--scheduler <s>',
      'default, a name in schedulers/, or a .bpf.c or .bpf.o; with tunables: fifo:slice_us=5000',
      DEFAULT_SCHEDULER,
    )
    .option('--save <file>', 'also write the result JSON to a file')
    .action(async (options: EvaluateOptions) => done(await evaluateCommand(options, io)));
}

async function evaluateCommand(options: EvaluateOptions, io: CliIo): Promise<ExitStatus> {
  if (options.list) {
    await listCases(options, io);
    return 0;
  }
  const { caseFile, cases } = await chosenCases(options);
  const request = {
    ...commonRequest(options, caseFile, cases),
    baseline: options.scheduler,
    schedulers: [],
    blocks: options.runs ?? 1,
    out: resolve('results'),
  };
  const result = await measure(request, options, io);
  const document = `${JSON.stringify(resultDocument(result), null, 2)}\n`;
  if (options.save) await writeAtomically(resolve(options.save), document);
  answer(io, options.json ? document : resultText(result, []));
  return statusOfResult(result);
}
