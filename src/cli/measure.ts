// SPDX-License-Identifier: Apache-2.0
import type { ExperimentRequest } from '../experiment/request.ts';
import { type ExperimentResult, runExperiment } from '../experiment/run-experiment.ts';
import type { CliIo } from './io.ts';
import { type OutputOptions, verbosityOf } from './options.ts';
import { type PartOfAll, showProgress } from './progress.ts';

/** Runs an experiment and shows its progress. */
export async function measure(
  request: ExperimentRequest,
  options: OutputOptions,
  io: CliIo,
  part?: PartOfAll,
): Promise<ExperimentResult> {
  const progress = showProgress(io, verbosityOf(options), part);
  try {
    return await runExperiment(request, progress.report, io.signal);
  } finally {
    progress.end();
  }
}
