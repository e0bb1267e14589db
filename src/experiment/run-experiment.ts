// SPDX-License-Identifier: Apache-2.0

import { join } from 'node:path';
import { countsOf } from '../cases/case-file.ts';
import { LabError, messageOf } from '../core/errors.ts';
import { packageRoot, packageVersion } from '../core/paths.ts';
import { requireDiskSpace } from '../machine/disk-space.ts';
import { machineFacts } from '../machine/facts.ts';
import { settingWarnings } from '../machine/noise.ts';
import {
  type ExperimentPlan,
  type ExperimentRecord,
  LONGEST_WATCHDOG_S,
  type Machine,
} from '../results/experiment-record.ts';
import { readSamples, type StoredExperiment } from '../results/read.ts';
import type { RunRecord } from '../results/run-record.ts';
import { ExperimentStore, experimentFolderName } from '../results/store.ts';
import { replaceScheduler } from '../scheduler/foreign.ts';
import { requireNoScheduler } from '../scheduler/kernel-state.ts';
import { OWN_SCHEDULER } from '../scheduler/spec.ts';
import { compareWithStored, requireComparable } from './against.ts';
import { casesWithScheduler, schedulerOf } from './case-schedulers.ts';
import { Conduct } from './conduct.ts';
import { noiseWarnings } from './noise-warnings.ts';
import { armAgain, type CaseArms, planRuns } from './plan.ts';
import {
  chooseTarget,
  makeWorkFolder,
  type Prepared,
  type PreparedScheduler,
  prepare,
} from './prepare.ts';
import type { PlannedCase, PlannedRun } from './protocol.ts';
import type { ExperimentRequest, Report } from './request.ts';
import { runnableCases } from './runnable-cases.ts';
import { caseDigest, requireSame } from './sameness.ts';
import { summariseExperiment } from './summarise.ts';
import { listedTasks } from './task-list.ts';

export interface ExperimentResult {
  readonly folder: string;
  readonly experiment: ExperimentRecord;
  readonly runs: readonly RunRecord[];
}

/**
 * Carries out an experiment and stores it. Runs that fail are results; it throws when the place of
 * measurement cannot be had, and what was measured until then is on disk.
 * @throws LabError INVALID_INPUT when an experiment cannot be resumed or compared with, and why
 */
export async function runExperiment(
  asked: ExperimentRequest,
  report: Report,
  signal: AbortSignal,
): Promise<ExperimentResult> {
  const { runnable, skipped } = await runnableCases(asked.cases);
  const { compared, without } = asked.schedulers.includes(OWN_SCHEDULER)
    ? await casesWithScheduler(runnable, join(packageRoot, 'schedulers'))
    : { compared: runnable, without: [] };
  const request = { ...asked, cases: compared };
  const arms = armsOf(request);
  const specs = schedulersOf(request);
  const target = chooseTarget(request, specs);
  if (target === 'host' && !request.replace) await requireNoScheduler();
  await using work = await makeWorkFolder();
  report({ kind: 'stage', text: 'building schedulers, gate and tasks' });
  const [built, machine] = await Promise.all([
    prepare(request, specs, target, work.path, signal),
    machineFacts(),
  ]);
  const named = nameArms(arms, specs, built);
  const prepared = { ...built, schedulers: namedSchedulers(named, specs, built) };
  const { rule, warmUps } = request;
  const learners = learnersOf(prepared.schedulers);
  const runs = planRuns(named, learners, {
    blocks: rule.most_blocks,
    warmUps,
    seed: rule.seed,
  });
  await requireDiskSpace(request.out, storedBytes(runs, built.cases), 'The experiment');
  const plan = storedPlan(request, target, prepared, runs);
  const experiment = request.resume
    ? goOnWith(request.resume, plan, machine)
    : newExperiment(request, plan, machine);
  await using store = await openStore(request, experiment);
  await store.saveExperiment(experiment);
  if (request.history !== undefined && !request.resume) {
    for (const name of learners) await store.saveHistory(name, request.history);
  }
  const known = request.resume ? await withSamples(request.resume) : [];
  const conduct = new Conduct(request, prepared, runs, experiment, store, report, known);
  for (const warning of [...skipped, ...without, ...settingWarnings(), ...prepared.warnings])
    conduct.warn(warning);
  let putBack: Awaited<ReturnType<typeof replaceScheduler>> = null;
  try {
    if (target === 'host' && request.replace) putBack = await replaceScheduler();
    experiment.status = await conduct.untilDone(target, signal);
  } catch (error) {
    experiment.status = 'failed';
    conduct.warn({ code: 'experiment_failed', message: messageOf(error) });
    throw error;
  } finally {
    const lost = await putBack?.();
    if (lost) conduct.warn(lost);
    experiment.summaries = summariseExperiment(experiment.plan, conduct.records);
    for (const warning of noiseWarnings(conduct.records)) conduct.warn(warning);
    if (request.against) {
      experiment.against = compareWithStored(request.against, experiment, conduct.records);
    }
    await store.saveExperiment(experiment);
  }
  return { folder: store.folder, experiment, runs: conduct.records };
}

function newExperiment(
  request: ExperimentRequest,
  plan: ExperimentPlan,
  machine: Machine,
): ExperimentRecord {
  if (request.against) requireComparable(request.against, plan, machine);
  return {
    schema: 'schedlab.experiment/1',
    name: request.name,
    created_at: new Date().toISOString(),
    status: 'running',
    versions: { schedlab: packageVersion(), node: process.version },
    plan,
    machine,
    place: null,
    // The same sizes as in the experiment that it is compared with.
    calibration: sizesOf(request),
    warnings: [],
    summaries: [],
  };
}

function sizesOf({ against, cases }: ExperimentRequest): ExperimentRecord['calibration'] {
  const ids = new Set(cases.map(({ id }) => id));
  return (against?.experiment.calibration ?? [])
    .filter(({ test_id }) => ids.has(test_id))
    .map((sizes) => ({ ...sizes, reused: true }));
}

function goOnWith(
  { folder, experiment }: StoredExperiment,
  plan: ExperimentPlan,
  machine: Machine,
): ExperimentRecord {
  const what = `Cannot resume ${folder}`;
  requireSame(what, 'the machine', experiment.machine, machine);
  requireSame(what, 'the plan', experiment.plan, plan);
  const message = `The experiment was ${experiment.status === 'running' ? 'cut off' : experiment.status} and went on at ${new Date().toISOString()}.`;
  return {
    ...experiment,
    status: 'running',
    warnings: [...experiment.warnings, { code: 'resumed', message }],
  };
}

async function withSamples(stored: StoredExperiment): Promise<RunRecord[]> {
  const samples = await readSamples(stored, new Set(stored.runs.map(({ index }) => index)));
  return stored.runs.map((run) => ({ ...run, samples: [...(samples.get(run.index) ?? [])] }));
}

/** Measured: record, trace, and the part that charts and reports have, about 7 kB for a task's run. */
const BYTES_OF_A_TASK = 10_000;
const BYTES_OF_AN_EXPERIMENT = 20_000_000;

/** What the experiment's folder may come to. */
function storedBytes(runs: readonly PlannedRun[], cases: readonly PlannedCase[]): number {
  const tasks = new Map(cases.map(({ test_id, tasks }) => [test_id, tasks.length]));
  const taskRuns = runs.reduce((sum, { test_id }) => sum + (tasks.get(test_id) ?? 0), 0);
  return BYTES_OF_AN_EXPERIMENT + taskRuns * BYTES_OF_A_TASK;
}

function openStore(
  { resume, out, folderName }: ExperimentRequest,
  { created_at, name }: ExperimentRecord,
): Promise<ExperimentStore> {
  return resume
    ? ExperimentStore.reopen(resume.folder)
    : ExperimentStore.create(out, folderName ?? experimentFolderName(new Date(created_at), name));
}

/** The schedulers of all arms, as they were written. */
export function schedulersOf(request: ExperimentRequest): string[] {
  return [...new Set(armsOf(request).flatMap(({ schedulers }) => schedulers))];
}

function armsOf(request: ExperimentRequest): CaseArms[] {
  return request.cases.map((testCase) => {
    const { baseline, schedulers } = request;
    const own = schedulerOf(testCase);
    // Who names the baseline once more wants it compared with itself; who says `own` does not.
    const others = schedulers
      .filter((name) => name !== OWN_SCHEDULER || own !== baseline)
      .map((name) => (name === OWN_SCHEDULER ? own : name));
    return { testId: testCase.id, schedulers: [baseline, ...new Set(others)] };
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
    schedulers: schedulers.map((spec, place) => {
      const name = names.get(spec) ?? spec;
      return schedulers.indexOf(spec) < place ? armAgain(name) : name;
    }),
  }));
}

/** The names of the arms that learn from run to run. */
function learnersOf(schedulers: readonly PreparedScheduler[]): string[] {
  return schedulers.flatMap(({ planned }) =>
    planned.kind === 'object' && planned.history !== null ? planned.name : [],
  );
}

/** A scheduler for every name, the same one for an arm that stands there twice. */
function namedSchedulers(
  named: readonly CaseArms[],
  specs: readonly string[],
  { schedulers }: Prepared,
): PreparedScheduler[] {
  const names = new Set(named.flatMap((arm) => arm.schedulers));
  return specs.flatMap((_, place) => {
    const scheduler = schedulers[place] as PreparedScheduler;
    const again = armAgain(scheduler.planned.name);
    return names.has(again)
      ? [scheduler, { ...scheduler, planned: { ...scheduler.planned, name: again } }]
      : [scheduler];
  });
}

function storedPlan(
  request: ExperimentRequest,
  target: 'host' | 'vm',
  prepared: Prepared,
  runs: readonly PlannedRun[],
): ExperimentPlan {
  return {
    cases: request.cases.map((testCase, place) => {
      const planned = prepared.cases[place] as PlannedCase;
      const counts = countsOf(testCase);
      const tasks = listedTasks(planned);
      return {
        test_id: testCase.id,
        name: testCase.name,
        short_tasks: counts.short,
        long_tasks: counts.long,
        ...(tasks ? { tasks } : {}),
        sha256: caseDigest(planned),
      };
    }),
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
    ...(request.callbackTimes ? { callback_times: true } : {}),
    ...(request.watchdogS === LONGEST_WATCHDOG_S ? {} : { watchdog_s: request.watchdogS }),
    ...(request.observe ? { observe: true } : {}),
    rule: request.rule,
    request: {
      case_file: request.caseFile.path,
      baseline: request.baseline,
      schedulers: [...request.schedulers],
      include_folders: [...request.includeFolders],
      user: request.user,
      task_memory_bytes: request.taskLimits.memoryBytes ?? null,
      task_processes: request.taskLimits.processes,
      target,
      cpus: request.vm.cpus,
      ...(target === 'vm' || request.hostCpus === undefined ? {} : { host_cpus: request.hostCpus }),
      memory_bytes: request.vm.memoryBytes,
      kernel: request.vm.kernel ?? null,
    },
  };
}
