// SPDX-License-Identifier: Apache-2.0
import { isDeepStrictEqual } from 'node:util';
import { GuestLostError, LabError, messageOf } from '../core/errors.ts';
import { checkDocument } from '../core/parse-document.ts';
import { NoiseMeter } from '../machine/noise.ts';
import type {
  CaseEnd,
  ExperimentRecord,
  Place,
  Rule,
  Warning,
} from '../results/experiment-record.ts';
import type { Noise, RunRecord } from '../results/run-record.ts';
import type { ExperimentStore } from '../results/store.ts';
import { writeTrace } from '../results/trace.ts';
import type { Connection } from '../targets/connection.ts';
import { startOnHost } from '../targets/host.ts';
import { startInVm } from '../targets/vm/start.ts';
import { requireComparablePlace } from './against.ts';
import { ClockCheck, type ClockReading } from './clock-check.ts';
import { emptyMeasurement } from './empty-measurement.ts';
import { KnownWork } from './known-work.ts';
import { lookInside } from './look-inside.ts';
import { placeWarnings } from './noise-warnings.ts';
import { isPointless } from './pointless.ts';
import type { Prepared, PreparedScheduler } from './prepare.ts';
import {
  type Event,
  eventSchema,
  type Measurement,
  type Plan,
  type PlannedCase,
  type PlannedRun,
  type PlannedScheduler,
  PROTOCOL,
  type Units,
} from './protocol.ts';
import type { ExperimentRequest, Report } from './request.ts';
import { requireCpus } from './require-cpus.ts';
import { toRunRecord, withDiagnosis } from './run-record.ts';
import { requireSame } from './sameness.ts';
import { caseSoFar, enoughBlocks, expectedBlocks } from './stop-rule.ts';
import { fromStoredUnits, toStoredUnits } from './stored-units.ts';

/** A guest may die this often, of what no scheduler is to blame for, before the experiment is given up. */
const REPLACEMENTS = 2;
/** So many guests that panic or hang under the same scheduler are its result. */
const GUESTS_PER_SCHEDULER = 2;
/**
 * From its start to the executor's first word; Node alone takes seconds under emulation. (16 s with
 * 8 CPUs on a machine with 2 that did other work.)
 */
const START_LIMIT_MS = 120_000;
/** What a run may take beside its tasks: cloning, loading, a stall until the kernel's watchdog. */
const OVERHEAD_LIMIT_MS = 120_000;
const STOP_LIMIT_MS = 20_000;
/** The executor says every 5 s that it lives, with a real-time priority. */
const SILENCE_LIMIT_MS = 30_000;
/** The executor and its sampling should stay below this share of the CPU time. */
const EXECUTOR_CPU_SHARE = 0.01;

/** One experiment on its way through as many places of measurement as it takes. */
export class Conduct {
  readonly records: RunRecord[];
  readonly #request: ExperimentRequest;
  readonly #prepared: Prepared;
  readonly #runs: readonly PlannedRun[];
  readonly #experiment: ExperimentRecord;
  readonly #store: ExperimentStore;
  readonly #report: Report;
  readonly #skipped = new Set<number>();
  readonly #work: KnownWork;
  readonly #noise = new NoiseMeter();
  /** The run that has begun and of which nothing has been heard yet. */
  #underWay: PlannedRun | null = null;
  /** How many guests panicked or hung under a scheduler. */
  readonly #guestsLost = new Map<string, number>();
  /** When each case's first run began here. */
  readonly #begunMs = new Map<string, number>();

  constructor(
    request: ExperimentRequest,
    prepared: Prepared,
    runs: readonly PlannedRun[],
    experiment: ExperimentRecord,
    store: ExperimentStore,
    report: Report,
    records: readonly RunRecord[] = [],
  ) {
    this.records = [...records];
    this.#request = request;
    this.#prepared = prepared;
    this.#runs = runs;
    this.#experiment = experiment;
    this.#store = store;
    this.#report = report;
    this.#work = new KnownWork(experiment.machine.cpu_model, request);
  }

  /** Once for each warning, however often it is found. */
  warn(warning: Warning): void {
    if (this.#experiment.warnings.some((known) => isDeepStrictEqual(known, warning))) return;
    this.#experiment.warnings.push(warning);
    this.#report({ kind: 'warning', warning });
  }

  async untilDone(target: 'host' | 'vm', signal: AbortSignal): Promise<'complete' | 'interrupted'> {
    let replaced = 0;
    for (let boot = 0; ; boot++) {
      if (this.#remainingRuns().length === 0) return 'complete';
      if (signal.aborted) return 'interrupted';
      this.#underWay = null;
      try {
        return await this.#inOnePlace(target, boot, signal);
      } catch (error) {
        if (!(error instanceof LabError)) throw error;
        if (error.code === 'INTERRUPTED') return 'interrupted';
        // A terminal's ctrl-C reaches QEMU, too.
        if (error.code === 'GUEST' && signal.aborted) return 'interrupted';
        if (error.code !== 'GUEST') throw error;
        const isOnScheduler = await this.#blameScheduler(error, boot, signal);
        if (!isOnScheduler && replaced++ === REPLACEMENTS) throw error;
        this.warn({
          code: 'guest_replaced',
          message: `Guest ${boot + 1} was replaced. ${error.message}`,
        });
      }
    }
  }

  /**
   * True when the guest panicked or hung under a scheduler that is not the kernel's own. After some
   * of them that is the scheduler's result, and it gets no more.
   */
  async #blameScheduler(error: LabError, boot: number, signal: AbortSignal): Promise<boolean> {
    const run = this.#underWay;
    if (!run || !(error instanceof GuestLostError) || error.ending === 'ended') return false;
    const scheduler = this.#schedulerOf(run);
    if (scheduler.planned.kind === 'default') return false;
    const lost = (this.#guestsLost.get(run.scheduler) ?? 0) + 1;
    this.#guestsLost.set(run.scheduler, lost);
    if (lost < GUESTS_PER_SCHEDULER) return true;
    const problem = { code: `guest_${error.ending}`, message: error.message };
    const unknown = { state: 'unknown', ops: null, enable_seq: null };
    const measurement = { ...emptyMeasurement(run.index, unknown), problem };
    await this.#record(measurement, boot, { clock: null, noise: null }, signal);
    const unusable = [...this.#guestsLost].filter(([, guests]) => guests >= GUESTS_PER_SCHEDULER);
    const names = new Set(unusable.map(([name]) => name));
    const schedulers = this.#prepared.schedulers.map(({ planned }) => planned);
    for (const other of this.#remainingRuns()) {
      if (!isPointless(other, schedulers, names)) continue;
      this.#skip(other, `${run.scheduler} took ${lost} guests with it`);
    }
    return true;
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
        : await startOnHost(this.#request.hostCpus);
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
    let ownCpuS: number | null = null;
    let noise: Noise | null = null;
    let silenceLimitMs = START_LIMIT_MS;
    let deadlineMs = performance.now() + START_LIMIT_MS;
    for (;;) {
      const leftMs = Math.max(0, deadlineMs - performance.now());
      const limitMs = signal.aborted ? STOP_LIMIT_MS : Math.min(silenceLimitMs, leftMs);
      const event = await receiveEvent(connection, limitMs);
      silenceLimitMs = SILENCE_LIMIT_MS;
      if (event.event !== 'alive') deadlineMs = performance.now() + runLimitMs;
      switch (event.event) {
        case 'alive':
          break;
        case 'begun':
          this.#underWay = this.#runOf(event.index);
          break;
        case 'hello':
          await this.#arrived(connection, event);
          if (signal.aborted) return 'interrupted';
          connection.send({ command: 'plan', plan: await this.#remainingPlan() });
          this.#reportPlanned();
          break;
        case 'calibrating':
          this.#report({ kind: 'stage', text: `sizing the work of ${event.test_id}` });
          break;
        case 'calibrated':
          await this.#calibrated(event);
          break;
        case 'hold':
          if (event.index !== null) this.#started(this.#runOf(event.index));
          connection.holdSpeed();
          clock.held();
          ownCpuS = connection.usedCpuS();
          this.#noise.start();
          connection.send({ command: 'go' });
          break;
        case 'ended':
          clock.ended();
          connection.releaseSpeed();
          noise = this.#noise.stop(cpuSince(ownCpuS, connection.usedCpuS()));
          connection.send({ command: 'noted' });
          break;
        case 'progress':
          this.#progress(event);
          break;
        case 'run':
          // What our own stop cut off was not measured: who goes on with the experiment makes it again.
          this.#underWay = null;
          if (signal.aborted && event.measurement.gate?.ending === 'interrupted') break;
          await this.#record(
            event.measurement,
            boot,
            { clock: event.clock_s && clock.reading(event.clock_s), noise },
            signal,
          );
          connection.send({
            command: 'stored',
            case_done: await this.#isCaseDone(this.#runOf(event.measurement.index)),
          });
          break;
        case 'skipped':
          this.#skip(this.#runOf(event.index), event.reason);
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
    const place = { ...connection.facts, ...reported };
    const { against, resume } = this.#request;
    requireCpus(this.#request, place);
    if (against) requireComparablePlace(against, place);
    const before = this.#experiment.place;
    const what = resume ? `Cannot resume ${resume.folder}` : 'Cannot go on in another guest';
    if (before) requireSame(what, 'the place of measurement', before, place);
    else for (const warning of placeWarnings(place, this.#usesSchedExt)) this.warn(warning);
    this.#experiment.place = place;
    await this.#store.saveExperiment(this.#experiment);
  }

  async #calibrated(event: Extract<Event, { event: 'calibrated' }>): Promise<void> {
    const { event: _, costs, units, ...sizes } = event;
    const planned = this.#caseOf(event.test_id);
    const calibration = { ...sizes, ...toStoredUnits(planned.tasks, units) };
    // A guest that was replaced says it again.
    const others = this.#experiment.calibration.filter(({ test_id }) => test_id !== event.test_id);
    this.#experiment.calibration = [...others, calibration];
    await this.#work.learn(planned, this.#place, costs, event.reused);
    await this.#store.saveExperiment(this.#experiment);
  }

  #progress(event: Extract<Event, { event: 'progress' }>): void {
    const run = this.#runOf(event.index);
    const tasks = this.#caseOf(run.test_id).tasks.length;
    this.#report({ kind: 'sample', run, atS: event.at_s, running: event.running, tasks });
  }

  async #record(
    measurement: Measurement,
    boot: number,
    seen: { clock: ClockReading | null; noise: Noise | null },
    signal: AbortSignal,
  ): Promise<void> {
    const run = this.#runOf(measurement.index);
    const planned = this.#caseOf(run.test_id);
    const scheduler = this.#schedulerOf(run);
    const measured = toRunRecord({
      run,
      planned,
      scheduler: { name: run.scheduler, ops: null, object_sha256: scheduler.sha256 },
      measurement,
      boot,
      cpus: this.#experiment.place?.cpus ?? 1,
      clock: measurement.gate ? seen.clock : null,
      noise: measurement.gate ? seen.noise : null,
      expectedOutput: await this.#work.outputsOf(planned, this.#unitsOf(planned), signal),
    });
    const { record: seenInside, trace } = lookInside(measured, measurement);
    const record = withDiagnosis(seenInside, measurement, this.#experiment.place?.cpus ?? 1);
    if (trace) await writeTrace(this.#store.folder, trace);
    if (measurement.history) {
      await this.#store.saveHistory(run.scheduler, measurement.history.text);
    }
    await this.#store.appendRun(record);
    this.records.push(record);
    this.#report({ kind: 'run_ended', run, record });
    this.#warnAbout(record);
    this.#warnOfConstants(run.scheduler, measurement.missing_constants);
  }

  #started(run: PlannedRun): void {
    if (!this.#begunMs.has(run.test_id)) this.#begunMs.set(run.test_id, performance.now());
    this.#report({ kind: 'run_started', run });
  }

  /** All runs of an arm are skipped for the same reason; one of them says so. */
  #skip(run: PlannedRun, reason: string): void {
    const isFirst = !this.#isSkipped(run.test_id, run.scheduler);
    this.#skipped.add(run.index);
    if (isFirst) this.#report({ kind: 'run_skipped', run, reason });
  }

  #isSkipped(testId: string, scheduler: string): boolean {
    return this.#runs.some(
      (run) =>
        this.#skipped.has(run.index) && run.test_id === testId && run.scheduler === scheduler,
    );
  }

  /** After a run: is its block complete, and does the rule then want no more of them? */
  async #isCaseDone(run: PlannedRun): Promise<boolean> {
    if (run.warm_up) return false;
    const blockGoesOn = this.#runs.some(
      (other) =>
        other.index > run.index && other.test_id === run.test_id && other.block === run.block,
    );
    if (blockGoesOn) return false;
    const soFar = this.#caseSoFar(run.test_id);
    this.#report({ kind: 'block_ended', testId: run.test_id, ...soFar });
    const elapsedS = (performance.now() - (this.#begunMs.get(run.test_id) ?? 0)) / 1000;
    const reason = enoughBlocks(this.#rule, soFar, elapsedS);
    if (reason !== null) await this.#endCase(run.test_id, soFar.blocks, reason);
    this.#reportPlanned();
    return reason !== null;
  }

  async #endCase(testId: string, blocks: number, reason: CaseEnd['reason']): Promise<void> {
    const end = { test_id: testId, blocks, reason };
    this.#experiment.case_ends = [...(this.#experiment.case_ends ?? []), end];
    await this.#store.saveExperiment(this.#experiment);
    this.#report({ kind: 'case_ended', end });
  }

  #caseSoFar(testId: string) {
    const runs = this.records.filter((record) => record.test_id === testId && !record.warm_up);
    const planned = this.#runs.filter((run) => run.test_id === testId);
    const schedulers = [...new Set(planned.map(({ scheduler }) => scheduler))];
    const { baseline } = this.#experiment.plan;
    const others = schedulers.filter(
      (scheduler) => scheduler !== baseline && !this.#isSkipped(testId, scheduler),
    );
    return caseSoFar(runs, baseline, others);
  }

  /** How many runs there will be, judging by the scatter so far. */
  #reportPlanned(): void {
    const remaining = this.#remainingRuns();
    const blocks = new Map(
      [...new Set(remaining.map(({ test_id }) => test_id))].map((testId) => [
        testId,
        expectedBlocks(this.#rule, this.#caseSoFar(testId)),
      ]),
    );
    const expected = remaining.filter(({ test_id, block }) => block < (blocks.get(test_id) ?? 0));
    const done = this.records.length;
    this.#report({ kind: 'planned', runs: done + expected.length, done });
  }

  #warnOfConstants(scheduler: string, missing: readonly string[]): void {
    const message =
      `${scheduler} names constants that this kernel does not have; they are 0: ` +
      `${missing.join(', ')}.`;
    if (missing.length > 0) this.warn({ code: 'missing_constants', message });
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
    if (record.observation && record.observation.lost_events > 0) {
      this.warn({
        code: 'observer_lost_events',
        message:
          `What happened in run ${record.index} is not complete: there was no room for ` +
          `${record.observation.lost_events} events.`,
        run_index: record.index,
      });
    }
    const { name, history } = record.scheduler;
    if (history && history.damaged > 0) {
      this.warn({
        code: 'history_damaged',
        message:
          `Of what ${name} had learned, ${history.damaged} lines were damaged and left out ` +
          `in run ${record.index}.`,
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
    if (record.tasks.length > 0 && !record.proof.fixed_layout) {
      this.warn({
        code: 'layout_not_fixed',
        message:
          'The tasks have other addresses in every run (personality(ADDR_NO_RANDOMIZE) was ' +
          'refused, by a container perhaps), which can make them faster or slower.',
      });
    }
  }

  #remainingRuns(): PlannedRun[] {
    const done = new Set([...this.records.map((record) => record.index), ...this.#skipped]);
    const ended = new Set(this.#experiment.case_ends?.map(({ test_id }) => test_id));
    return this.#runs.filter((run) => !done.has(run.index) && !ended.has(run.test_id));
  }

  /** Those that learn with what they have learned so far, in this place or in one before it. */
  async #plannedSchedulers(): Promise<PlannedScheduler[]> {
    const planned: PlannedScheduler[] = [];
    for (const { planned: scheduler } of this.#prepared.schedulers) {
      if (scheduler.kind !== 'object' || scheduler.history === null) {
        planned.push(scheduler);
        continue;
      }
      const learned = await this.#store.readHistory(scheduler.name);
      planned.push({ ...scheduler, history: learned ?? scheduler.history });
    }
    return planned;
  }

  async #remainingPlan(): Promise<Plan> {
    const cases: PlannedCase[] = [];
    for (const planned of this.#prepared.cases) {
      cases.push({
        ...planned,
        costs: await this.#work.costsOf(planned, this.#place),
        units: this.#unitsOf(planned),
      });
    }
    return {
      protocol: PROTOCOL,
      gate: this.#prepared.gate,
      loader: this.#prepared.loader,
      observer: this.#prepared.observer,
      file_watcher: this.#prepared.fileWatcher,
      cases,
      schedulers: await this.#plannedSchedulers(),
      runs: this.#remainingRuns(),
      user: this.#request.user,
      task_limits: {
        memory_bytes: this.#request.taskLimits.memoryBytes ?? null,
        processes: this.#request.taskLimits.processes,
      },
      timeout_s: this.#request.timeoutS,
      monitor: this.#request.monitor,
      callback_times: this.#request.callbackTimes,
      watchdog_s: this.#request.watchdogS,
    };
  }

  get #usesSchedExt(): boolean {
    return this.#prepared.schedulers.some(
      ({ planned: { kind } }) => kind === 'object' || kind === 'command',
    );
  }

  get #rule(): Rule {
    return this.#request.rule;
  }

  /** Known since the executor said hello. */
  get #place(): Place {
    return this.#experiment.place as Place;
  }

  #unitsOf({ test_id, tasks }: PlannedCase): Units | null {
    const sizes = this.#experiment.calibration.find((entry) => entry.test_id === test_id);
    return sizes ? fromStoredUnits(tasks, sizes) : null;
  }

  #caseOf(testId: string): PlannedCase {
    const planned = this.#prepared.cases.find(({ test_id }) => test_id === testId);
    if (!planned) throw new LabError('EXECUTOR', `The executor reported the case ${testId}.`);
    return planned;
  }

  #schedulerOf(run: PlannedRun): PreparedScheduler {
    const found = this.#prepared.schedulers.find(({ planned }) => planned.name === run.scheduler);
    if (!found) throw new Error('a run that was not planned');
    return found;
  }

  #runOf(index: number): PlannedRun {
    const run = this.#runs[index];
    if (!run) throw new LabError('EXECUTOR', `The executor reported run ${index}, not planned.`);
    return run;
  }
}

function cpuSince(before: number | null, after: number | null): number | null {
  return before === null || after === null ? null : after - before;
}

async function receiveEvent(connection: Connection, limitMs: number): Promise<Event> {
  const value = await connection.receive(limitMs);
  if (value === null) throw new LabError('EXECUTOR', 'The executor ended before it was done.');
  return checkEvent(value);
}

/** @throws LabError EXECUTOR for what the executor of this build does not say */
export function checkEvent(value: unknown): Event {
  try {
    return checkDocument(eventSchema, value, 'an event of the executor');
  } catch (error) {
    throw new LabError('EXECUTOR', messageOf(error), { cause: error });
  }
}
