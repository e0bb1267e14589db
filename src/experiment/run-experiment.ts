// SPDX-License-Identifier: Apache-2.0

import { LabError, messageOf } from '../core/errors.ts';
import { packageVersion } from '../core/paths.ts';
import { machineFacts } from '../machine/facts.ts';
import type { ExperimentRecord } from '../results/experiment-record.ts';
import type { RunRecord } from '../results/run-record.ts';
import { ExperimentStore, experimentFolderName } from '../results/store.ts';
import { Conduct } from './conduct.ts';
import { type CaseArms, planRuns } from './plan.ts';
import { chooseTarget, makeWorkFolder, type Prepared, prepare } from './prepare.ts';
import type { PlannedRun } from './protocol.ts';
import type { ExperimentRequest, Report } from './request.ts';
import { runnableCases } from './runnable-cases.ts';
import { summarise } from './summarise.ts';

export interface ExperimentResult {
  readonly folder: string;
  readonly experiment: ExperimentRecord;
  readonly runs: readonly RunRecord[];
}

/**
 * Carries out an experiment and stores it. Runs that fail are results; it throws when the place of
 * measurement cannot be had, and what was measured until then is on disk.
 */
export async function runExperiment(
  asked: ExperimentRequest,
  report: Report,
  signal: AbortSignal,
): Promise<ExperimentResult> {
  const { runnable, skipped } = await runnableCases(asked.cases);
  const request = { ...asked, cases: runnable };
  const arms = armsOf(request);
  const specs = [...new Set(arms.flatMap(({ schedulers }) => schedulers))];
  const target = chooseTarget(request.target, specs);
  await using work = await makeWorkFolder();
  report({ kind: 'stage', text: 'building schedulers, gate and tasks' });
  const [prepared, machine] = await Promise.all([
    prepare(request, specs, target, work.path, signal),
    machineFacts(),
  ]);
  const runs = planRuns(nameArms(arms, specs, prepared), request.blocks);
  const createdAt = new Date();
  await using store = await ExperimentStore.create(
    request.out,
    experimentFolderName(createdAt, request.name),
  );
  const experiment: ExperimentRecord = {
    schema: 'schedlab.experiment/1',
    name: request.name,
    created_at: createdAt.toISOString(),
    status: 'running',
    versions: { schedlab: packageVersion(), node: process.version },
    plan: storedPlan(request, prepared, runs),
    machine,
    place: null,
    calibration: [],
    warnings: [],
    summaries: [],
  };
  await store.saveExperiment(experiment);
  report({ kind: 'planned', runs: runs.length });
  const conduct = new Conduct(request, prepared, runs, experiment, store, report);
  for (const warning of skipped) conduct.warn(warning);
  try {
    experiment.status = await conduct.untilDone(target, signal);
  } catch (error) {
    experiment.status = 'failed';
    conduct.warn({ code: 'experiment_failed', message: messageOf(error) });
    throw error;
  } finally {
    experiment.summaries = summariseAll(experiment, conduct.records);
    await store.saveExperiment(experiment);
  }
  return { folder: store.folder, experiment, runs: conduct.records };
}

function armsOf(request: ExperimentRequest): CaseArms[] {
  return request.cases.map(({ id }) => {
    const others = request.schedulers === 'by_case' ? [id] : request.schedulers;
    return { testId: id, schedulers: [...new Set([request.baseline, ...others])] };
  });
}

/** What the user wrote stands for a scheduler; from here on its name does. */
function nameArms(
  arms: readonly CaseArms[],
  specs: readonly string[],
  prepared: Prepared,
): CaseArms[] {
  const names = new Map(
    specs.map((spec, index) => [spec, prepared.schedulers[index]?.planned.name ?? spec]),
  );
  if (new Set(names.values()).size !== specs.length) {
    throw new LabError('USAGE', `Two schedulers have the same name: ${specs.join(', ')}.`);
  }
  return arms.map(({ testId, schedulers }) => ({
    testId,
    schedulers: schedulers.map((spec) => names.get(spec) ?? spec),
  }));
}

function storedPlan(
  request: ExperimentRequest,
  prepared: Prepared,
  runs: readonly PlannedRun[],
): ExperimentRecord['plan'] {
  return {
    cases: request.cases.map(({ id, name }) => ({
      test_id: id,
      name,
      short_tasks: request.shortTasks,
      long_tasks: request.longTasks,
    })),
    baseline: prepared.schedulers[0]?.planned.name ?? request.baseline,
    schedulers: prepared.schedulers.map(({ planned, sha256 }) => ({
      name: planned.name,
      object_sha256: sha256,
      ...(planned.kind === 'object' && planned.tunables.length > 0
        ? { tunables: [...planned.tunables] }
        : {}),
    })),
    runs: [...runs],
    timeout_s: request.timeoutS,
    scale: request.scale,
    monitor: request.monitor,
  };
}

function summariseAll(experiment: ExperimentRecord, records: readonly RunRecord[]) {
  const { plan } = experiment;
  return plan.cases.flatMap(({ test_id }) => {
    const planned = plan.runs.filter((run) => run.test_id === test_id);
    const schedulers = [...new Set(planned.map((run) => run.scheduler))];
    return summarise(records, [test_id], plan.baseline, schedulers);
  });
}
