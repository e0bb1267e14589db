// SPDX-License-Identifier: Apache-2.0

import { LabError, messageOf } from '../core/errors.ts';
import { checkDocument } from '../core/parse-document.ts';
import { packageVersion } from '../core/paths.ts';
import { machineFacts } from '../machine/facts.ts';
import type { ExperimentRecord, Place, Warning } from '../results/experiment-record.ts';
import type { RunRecord } from '../results/run-record.ts';
import { ExperimentStore, experimentFolderName } from '../results/store.ts';
import type { Connection } from '../targets/connection.ts';
import { startOnHost } from '../targets/host.ts';
import { startInVm } from '../targets/vm/start.ts';
import { CalibrationCache } from './calibration-cache.ts';
import { type CaseArms, planRuns } from './plan.ts';
import { chooseTarget, makeWorkFolder, type Prepared, prepare } from './prepare.ts';
import {
  type Costs,
  type Event,
  eventSchema,
  type Plan,
  type PlannedCase,
  type PlannedRun,
  PROTOCOL,
} from './protocol.ts';
import { type Outputs, referenceOutputs } from './reference.ts';
import type { ExperimentRequest, Report } from './request.ts';
import { toRunRecord } from './run-record.ts';
import { summarise } from './summarise.ts';

/** A guest may die this often before the experiment is given up. */
const REPLACEMENTS = 2;
/** From its start to the executor's first word; Node alone takes seconds under emulation. */
const START_LIMIT_MS = 120_000;
/** What a run may take beside its tasks: cloning, loading, a stall until the kernel's watchdog. */
const OVERHEAD_LIMIT_MS = 120_000;
const STOP_LIMIT_MS = 20_000;
/** The executor and its sampling should stay below this share of the CPU time. */
const EXECUTOR_CPU_SHARE = 0.01;

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
  request: ExperimentRequest,
  report: Report,
  signal: AbortSignal,
): Promise<ExperimentResult> {
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

/** One experiment on its way through as many places of measurement as it takes. */
class Conduct {
  readonly records: RunRecord[] = [];
  readonly #request: ExperimentRequest;
  readonly #prepared: Prepared;
  readonly #runs: readonly PlannedRun[];
  readonly #experiment: ExperimentRecord;
  readonly #store: ExperimentStore;
  readonly #report: Report;
  readonly #skipped = new Set<number>();
  readonly #costs = new Map<string, Costs>();
  readonly #expected = new Map<string, Promise<Outputs>>();

  constructor(
    request: ExperimentRequest,
    prepared: Prepared,
    runs: readonly PlannedRun[],
    experiment: ExperimentRecord,
    store: ExperimentStore,
    report: Report,
  ) {
    this.#request = request;
    this.#prepared = prepared;
    this.#runs = runs;
    this.#experiment = experiment;
    this.#store = store;
    this.#report = report;
  }

  warn(warning: Warning): void {
    this.#experiment.warnings.push(warning);
    this.#report({ kind: 'warning', warning });
  }

  async untilDone(target: 'host' | 'vm', signal: AbortSignal): Promise<'complete' | 'interrupted'> {
    for (let boot = 0; ; boot++) {
      if (signal.aborted) return 'interrupted';
      try {
        return await this.#inOnePlace(target, boot, signal);
      } catch (error) {
        const replaceable = error instanceof LabError && error.code === 'GUEST';
        if (!replaceable || boot === REPLACEMENTS) throw error;
        this.warn({
          code: 'guest_replaced',
          message: `Guest ${boot + 1} was replaced. ${error.message}`,
        });
      }
    }
  }

  async #inOnePlace(
    target: 'host' | 'vm',
    boot: number,
    signal: AbortSignal,
  ): Promise<'complete' | 'interrupted'> {
    const text = target === 'vm' ? 'booting the guest' : 'starting the executor';
    this.#report({ kind: 'stage', text });
    await using connection =
      target === 'vm'
        ? await startInVm(
            {
              cpus: this.#request.vm.cpus,
              memoryBytes: this.#request.vm.memoryBytes,
              kernel: this.#request.vm.kernel,
              folders: this.#prepared.folders,
            },
            (warning) => this.warn(warning),
          )
        : await startOnHost();
    const stop = () => connection.send({ command: 'stop' });
    signal.addEventListener('abort', stop, { once: true });
    try {
      return await this.#follow(connection, boot, signal);
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  /** Hands in the plan for what is still to be run and takes in the events. */
  async #follow(
    connection: Connection,
    boot: number,
    signal: AbortSignal,
  ): Promise<'complete' | 'interrupted'> {
    const runLimitMs = this.#request.timeoutS * 1000 + OVERHEAD_LIMIT_MS;
    const clock = new ClockCheck();
    let limitMs = START_LIMIT_MS;
    for (;;) {
      const event = await receiveEvent(connection, signal.aborted ? STOP_LIMIT_MS : limitMs);
      limitMs = runLimitMs;
      switch (event.event) {
        case 'hello':
          await this.#arrived(connection, event);
          if (signal.aborted) return 'interrupted';
          connection.send({ command: 'plan', plan: await this.#remainingPlan() });
          break;
        case 'calibrating':
          this.#report({ kind: 'stage', text: `sizing the work of ${event.test_id}` });
          break;
        case 'calibrated':
          await this.#calibrated(event);
          break;
        case 'hold':
          if (event.index !== null) {
            this.#report({ kind: 'run_started', run: this.#runOf(event.index) });
          }
          connection.holdSpeed();
          clock.start(event.monotonic_s);
          connection.send({ command: 'go' });
          break;
        case 'ended':
          clock.stop(event.monotonic_s);
          connection.releaseSpeed();
          break;
        case 'progress':
          this.#progress(event);
          break;
        case 'run':
          await this.#record(event, boot, clock.ratio, signal);
          break;
        case 'skipped':
          this.#skipped.add(event.index);
          this.#report({
            kind: 'run_skipped',
            run: this.#runOf(event.index),
            reason: event.reason,
          });
          break;
        case 'warning':
          this.warn({ code: event.code, message: event.message });
          break;
        case 'fatal':
          throw new LabError('EXECUTOR', `The measurement could not go on: ${event.message}`);
        case 'finished':
          return event.stopped ? 'interrupted' : 'complete';
      }
    }
  }

  async #arrived(connection: Connection, hello: Extract<Event, { event: 'hello' }>): Promise<void> {
    const { event: _, protocol: __, ...reported } = hello;
    this.#experiment.place = { ...connection.facts, ...reported };
    await this.#store.saveExperiment(this.#experiment);
  }

  async #calibrated(event: Extract<Event, { event: 'calibrated' }>): Promise<void> {
    const { event: _, costs, ...calibration } = event;
    // A guest that was replaced says it again.
    const others = this.#experiment.calibration.filter(({ test_id }) => test_id !== event.test_id);
    this.#experiment.calibration = [...others, calibration];
    this.#costs.set(event.test_id, costs);
    if (!event.reused) await this.#cacheOf(this.#caseOf(event.test_id)).write(costs);
    await this.#store.saveExperiment(this.#experiment);
  }

  /** What this experiment measured before a guest was replaced, else what an earlier one did. */
  async #knownCosts(planned: PlannedCase): Promise<Costs | null> {
    if (!planned.work) return null;
    const known = this.#costs.get(planned.test_id);
    if (known || this.#request.fresh) return known ?? null;
    return this.#cacheOf(planned).read();
  }

  #cacheOf(planned: PlannedCase): CalibrationCache {
    const { place, machine } = this.#experiment;
    return new CalibrationCache(planned, place as Place, machine.cpu_model);
  }

  #progress(event: Extract<Event, { event: 'progress' }>): void {
    const run = this.#runOf(event.index);
    const tasks = this.#request.shortTasks + this.#request.longTasks;
    this.#report({ kind: 'sample', run, atS: event.at_s, running: event.running, tasks });
  }

  async #record(
    { measurement }: Extract<Event, { event: 'run' }>,
    boot: number,
    clockRatio: number | null,
    signal: AbortSignal,
  ): Promise<void> {
    const run = this.#runOf(measurement.index);
    const planned = this.#caseOf(run.test_id);
    const scheduler = this.#prepared.schedulers.find(
      (entry) => entry.planned.name === run.scheduler,
    );
    if (!scheduler) throw new Error('a run that was not planned');
    const record = toRunRecord({
      run,
      planned,
      scheduler: { name: run.scheduler, ops: null, object_sha256: scheduler.sha256 },
      measurement,
      boot,
      cpus: this.#experiment.place?.cpus ?? 1,
      clockRatio: measurement.gate ? clockRatio : null,
      expectedOutput: await this.#expectedOutput(planned, signal),
    });
    await this.#store.appendRun(record);
    this.records.push(record);
    this.#report({ kind: 'run_ended', run, record });
    this.#warnAbout(record);
    this.#warnOfConstants(run.scheduler, measurement.missing_constants);
  }

  /** Once for each scheduler. */
  #warnOfConstants(scheduler: string, missing: readonly string[]): void {
    const message =
      `${scheduler} names constants that this kernel does not have; they are 0: ` +
      `${missing.join(', ')}.`;
    if (missing.length === 0 || this.#experiment.warnings.some((w) => w.message === message))
      return;
    this.warn({ code: 'missing_constants', message });
  }

  /** Found while the place waits: the next tasks are not released before this run is recorded. */
  #expectedOutput(planned: PlannedCase, signal: AbortSignal): Promise<Outputs | null> {
    if (!planned.checks_output) return Promise.resolve(null);
    let expected = this.#expected.get(planned.test_id);
    if (!expected) {
      const sizes = this.#experiment.calibration.find(({ test_id }) => test_id === planned.test_id);
      const units = sizes ? { short: sizes.short_units, long: sizes.long_units } : null;
      expected = referenceOutputs(planned, units, signal);
      this.#expected.set(planned.test_id, expected);
    }
    return expected;
  }

  #warnAbout(record: RunRecord): void {
    if (record.orchestrator_cpu_share > EXECUTOR_CPU_SHARE) {
      const percent = (record.orchestrator_cpu_share * 100).toFixed(1);
      this.warn({
        code: 'orchestrator_cpu',
        message: `Our own work took ${percent} % of the CPU time of run ${record.index}.`,
        run_index: record.index,
      });
    }
    if (record.tasks.length > 0 && !record.proof.gate_realtime) {
      this.warn({
        code: 'gate_not_realtime',
        message: `The gate of run ${record.index} had no real-time priority: times are less exact.`,
        run_index: record.index,
      });
    }
  }

  async #remainingPlan(): Promise<Plan> {
    const done = new Set([...this.records.map((record) => record.index), ...this.#skipped]);
    const cases: PlannedCase[] = [];
    for (const planned of this.#prepared.cases) {
      cases.push({ ...planned, costs: await this.#knownCosts(planned) });
    }
    return {
      protocol: PROTOCOL,
      gate: this.#prepared.gate,
      loader: this.#prepared.loader,
      file_watcher: this.#prepared.fileWatcher,
      cases,
      schedulers: this.#prepared.schedulers.map(({ planned }) => planned),
      runs: this.#runs.filter((run) => !done.has(run.index)),
      timeout_s: this.#request.timeoutS,
      monitor: this.#request.monitor,
    };
  }

  #caseOf(testId: string): PlannedCase {
    const planned = this.#prepared.cases.find(({ test_id }) => test_id === testId);
    if (!planned) throw new LabError('EXECUTOR', `The executor reported the case ${testId}.`);
    return planned;
  }

  #runOf(index: number): PlannedRun {
    const run = this.#runs[index];
    if (!run) throw new LabError('EXECUTOR', `The executor reported run ${index}, not planned.`);
    return run;
  }
}

/** Compares the clock of the place with ours between two of its messages. */
class ClockCheck {
  #there = 0;
  #hereMs = 0;
  ratio: number | null = null;

  start(thereS: number): void {
    this.#there = thereS;
    this.#hereMs = performance.now();
    this.ratio = null;
  }

  stop(thereS: number): void {
    const elapsedHereS = (performance.now() - this.#hereMs) / 1000;
    this.ratio = (thereS - this.#there) / elapsedHereS;
  }
}

async function receiveEvent(connection: Connection, limitMs: number): Promise<Event> {
  const value = await connection.receive(limitMs);
  if (value === null) throw new LabError('EXECUTOR', 'The executor ended before it was done.');
  return checkDocument(eventSchema, value, 'an event of the executor');
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
