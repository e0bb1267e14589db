// SPDX-License-Identifier: Apache-2.0
import { resolve } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { type Command, InvalidArgumentError } from 'commander';
import { LabError } from '../core/errors.ts';
import { isPolicy } from '../prediction/arm-model.ts';
import { type PredictionPlan, predict } from '../prediction/predict.ts';
import { validate } from '../prediction/validate.ts';
import { isCpuSweep, readCpuSweep, readParts } from '../results/cpu-sweep.ts';
import { readStoredExperiment, type StoredExperiment } from '../results/read.ts';
import { POLICIES, type Policy } from '../simulation/policies.ts';
import { EXIT, type ExitStatus } from './exit-status.ts';
import { answer, type CliIo, note } from './io.ts';
import {
  addOutputOptions,
  collectIds,
  count,
  cpuCounts,
  type OutputOptions,
  wholeNumber,
} from './options.ts';
import { predictionText, validationText } from './predict-text.ts';

interface PredictOptions extends OutputOptions {
  cpus?: number[];
  tasks?: number;
  test: string[];
  draws: number;
  seed: number;
  validate?: boolean;
  model: ReadonlyMap<string, Policy>;
}

export function definePredict(command: Command, io: CliIo, done: (status: ExitStatus) => void) {
  addOutputOptions(command)
    .description(
      'what schedulers would give on other CPUs and with more tasks, simulated with the task sizes ' +
        "that an experiment's baseline measured",
    )
    .argument('<dir...>', "an experiment's folder; with --validate several, or sweeps over CPUs")
    .option('--cpus <n,n…>', "CPU counts; else the experiment's own", cpuCounts)
    .option('--tasks <n>', 'so many tasks, with sizes drawn from the measured ones', wholeNumber)
    .option('--test <ids>', 'a case, or several with commas; repeatable', collectIds, [])
    .option('--draws <n>', 'samples of task sizes', wholeNumber, 50)
    .option('--seed <n>', 'another set of samples', count, 1)
    .option('--validate', 'hold predictions against the runs that were measured')
    .option(
      '--model <arm=policy>',
      `for --validate: what stands for an arm (${POLICIES.join(', ')}); repeatable`,
      collectModel,
      new Map<string, Policy>(),
    )
    .action(async (folders: string[], options: PredictOptions) =>
      done(await predictCommand(folders, options, io)),
    );
}

async function predictCommand(
  folders: readonly string[],
  options: PredictOptions,
  io: CliIo,
): Promise<ExitStatus> {
  const stored: StoredExperiment[] = [];
  for (const folder of folders) stored.push(...(await readExperiments(resolve(folder))));
  if (options.validate) {
    const document = validate(onceEach(stored, io), options.model);
    answer(io, options.json ? JSON.stringify(document, null, 2) : validationText(document));
    return EXIT.ok;
  }
  const [experiment, another] = stored;
  if (!experiment || another) {
    throw new LabError('USAGE', 'Predict from one experiment at a time, or say --validate.');
  }
  const document = await predict(experiment, planOf(options, experiment), async () => {
    // Whoever wants to stop must be heard.
    await setImmediate();
    if (io.signal.aborted) throw new LabError('INTERRUPTED', 'Interrupted while simulating.');
  });
  answer(io, options.json ? JSON.stringify(document, null, 2) : predictionText(document));
  return EXIT.ok;
}

/** An experiment, or all of a sweep's. */
async function readExperiments(folder: string): Promise<StoredExperiment[]> {
  if (isCpuSweep(folder)) return readParts(await readCpuSweep(folder));
  return [await readStoredExperiment(folder)];
}

function planOf(options: PredictOptions, { experiment }: StoredExperiment): PredictionPlan {
  const cpus = options.cpus ?? (experiment.place ? [experiment.place.cpus] : []);
  if (cpus.length === 0) {
    throw new LabError('USAGE', 'The experiment does not say on how many CPUs it ran: --cpus N.');
  }
  const { tasks = null, test, draws, seed } = options;
  return { cpus, tasks, testIds: test, draws, seed };
}

/** A copy of an experiment would count its runs twice. */
function onceEach(stored: readonly StoredExperiment[], io: CliIo): StoredExperiment[] {
  const identityOf = ({ experiment: { created_at, name } }: StoredExperiment) =>
    `${created_at} ${name}`;
  return stored.filter((experiment, place) => {
    const first = stored.findIndex((other) => identityOf(other) === identityOf(experiment));
    if (first !== place) {
      note(io, `left out: ${experiment.folder} is a copy of ${stored[first]?.folder}`);
    }
    return first === place;
  });
}

/** Reads one `ARM=POLICY` and adds it; for commander. */
export function collectModel(
  text: string,
  models: ReadonlyMap<string, Policy>,
): Map<string, Policy> {
  // The arm's name may have tunables, the policy's has no "=".
  const [, arm, policy = ''] = /^(.+)=([^=]*)$/.exec(text) ?? [];
  if (arm === undefined || !isPolicy(policy)) {
    throw new InvalidArgumentError(`It must be ARM=POLICY, with one of ${POLICIES.join(', ')}.`);
  }
  return new Map([...models, [arm, policy]]);
}
