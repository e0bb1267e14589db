// SPDX-License-Identifier: Apache-2.0

import { resolve } from 'node:path';
import type { Command } from 'commander';
import { writeAtomically } from '../results/store.ts';
import { DEFAULT_SCHEDULER } from '../scheduler/spec.ts';
import type { ExitStatus } from './exit-status.ts';
import { answer, type CliIo } from './io.ts';
import { listOr } from './list-cases.ts';
import { measure } from './measure.ts';
import {
  addMeasureOptions,
  chosenCases,
  commonRequest,
  type MeasureOptions,
  type OutputOptions,
  SCHEDULER_FORMS,
} from './options.ts';
import { resultDocument, resultText, statusOfResult } from './result.ts';

interface EvaluateOptions extends MeasureOptions, OutputOptions {
  scheduler: string;
  save?: string;
}

export function defineEvaluate(command: Command, io: CliIo, done: (status: ExitStatus) => void) {
  addMeasureOptions(command)
    .description('run workloads under one scheduler and report')
    .option('--scheduler <s>', SCHEDULER_FORMS, DEFAULT_SCHEDULER)
    .option('--save <file>', 'also write the result JSON to a file')
    .action(async (options: EvaluateOptions) => done(await listOr(options, io, evaluateCommand)));
}

async function evaluateCommand(options: EvaluateOptions, io: CliIo): Promise<ExitStatus> {
  const { caseFile, cases } = await chosenCases(options);
  const { runs = 1 } = options;
  const request = {
    ...(await commonRequest(options, caseFile, cases)),
    baseline: options.scheduler,
    schedulers: [],
    rule: {
      seed: 0,
      fewest_blocks: runs,
      most_blocks: runs,
      precision: 1,
      max_time_s: null,
    },
    warmUps: 0,
    out: resolve('results'),
  };
  const result = await measure(request, options, io);
  const document = `${JSON.stringify(resultDocument(result), null, 2)}\n`;
  if (options.save) await writeAtomically(resolve(options.save), document);
  answer(io, options.json ? document : resultText(result, []));
  return statusOfResult(result);
}
