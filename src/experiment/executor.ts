// SPDX-License-Identifier: Apache-2.0
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { availableParallelism, release, totalmem } from 'node:os';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { promisify } from 'node:util';
import { messageOf } from '../core/errors.ts';
import { parseObject } from '../core/json-lines-child.ts';
import { commandAs, type TaskUser } from '../core/privileges.ts';
import { Observer } from '../tasks/observer.ts';
import { TaskGroups } from '../tasks/task-groups.ts';
import { observerUnavailable } from './observer-warnings.ts';
import { isPointless } from './pointless.ts';
import type { ClockS, Command, Event, Measurement, Plan, PlannedCase } from './protocol.ts';
import { rehearse } from './rehearse.ts';
import { type RunContext, runCase } from './run-case.ts';
import { Sandbox } from './sandbox.ts';
import { sizeWork } from './size-work.ts';

/** A copy of protocol.ts's constant: importing that file would bring its schemas along. */
const PROTOCOL: Plan['protocol'] = 2;

/** Of the place's memory, for all tasks together: what goes on beside them must not run out of it. */
const USABLE_MEMORY = 0.9;

/** Seldom enough to cost nothing; see SILENCE_LIMIT_MS (conduct.ts). */
const ALIVE_INTERVAL_MS = 5000;

/** Problems that the next run of the arm would have too. */
const REFUSALS: ReadonlySet<string | undefined> = new Set(['scheduler_rejected', 'policy_refused']);

/**
 * The program at the place of measurement: reads a plan, carries it out, writes events. It ends
 * by itself when its input does, because then nobody reads its results any more.
 */
export async function execute(input: Readable, output: Writable): Promise<void> {
  const emit = (event: Event) => output.write(`${JSON.stringify(event)}\n`);
  const commands = createInterface({ input })[Symbol.asyncIterator]();
  const alive = setInterval(() => emit({ event: 'alive' }), ALIVE_INTERVAL_MS);
  try {
    emit({ event: 'hello', protocol: PROTOCOL, ...(await describePlace()) });
    const first = await nextCommand(commands);
    if (first.command !== 'plan') return;
    if (first.plan?.protocol !== PROTOCOL) {
      throw new Error('this executor is not of the same build: run "npm run build"');
    }
    const stop = new AbortController();
    const director = new Director(commands, stop, emit);
    await carryOut(first.plan, director, emit);
    if (director.failure) throw director.failure;
    emit({ event: 'finished', stopped: stop.signal.aborted });
  } catch (error) {
    emit({ event: 'fatal', message: messageOf(error) });
  } finally {
    clearInterval(alive);
  }
}

/** Follows the commands that come while the plan is carried out. */
class Director {
  readonly signal: AbortSignal;
  /** What came was no command; that stops it too. */
  failure: unknown;
  readonly #emit: (event: Event) => void;
  #go: (() => void) | undefined;
  #noted: (() => void) | undefined;
  #stored: ((caseDone: boolean) => void) | undefined;
  /** Our clock at the ends of the run, as far as they are reached. */
  #clockS: Partial<ClockS> = {};

  constructor(
    commands: AsyncIterator<string>,
    stop: AbortController,
    emit: (event: Event) => void,
  ) {
    this.signal = stop.signal;
    this.#emit = emit;
    this.#listen(commands, stop).catch((error: unknown) => {
      this.failure = error;
      stop.abort(error);
    });
  }

  /** Says that the tasks stand at the barrier and waits until they may go. */
  async hold(index: number | null): Promise<void> {
    const held = monotonicSeconds();
    await this.#answer<void>({ event: 'hold', index }, (go) => {
      this.#go = go;
    });
    this.#clockS = { held, went: monotonicSeconds() };
  }

  /** Says that the tasks have ended and waits until that is known, or the experiment is stopped. */
  async ended(): Promise<void> {
    this.#clockS.ended = monotonicSeconds();
    const answered = this.#answer<void>({ event: 'ended' }, (noted) => {
      this.#noted = noted;
    });
    await answered.then(
      () => {
        this.#clockS.noted = monotonicSeconds();
      },
      () => {},
    );
  }

  /** Hands over what was measured; true when no more runs of the case are wanted. */
  report(measurement: Measurement): Promise<boolean> {
    const clock_s = isComplete(this.#clockS) ? this.#clockS : null;
    this.#clockS = {};
    return this.#answer<boolean>({ event: 'run', measurement, clock_s }, (stored) => {
      this.#stored = stored;
    });
  }

  async #answer<T>(event: Event, listen: (resolve: (value: T) => void) => void): Promise<T> {
    this.#emit(event);
    this.signal.throwIfAborted();
    return new Promise<T>((resolve, reject) => {
      const stopped = () => reject(this.signal.reason);
      this.signal.addEventListener('abort', stopped);
      listen((value) => {
        this.signal.removeEventListener('abort', stopped);
        resolve(value);
      });
    });
  }

  async #listen(commands: AsyncIterator<string>, stop: AbortController): Promise<void> {
    for (;;) {
      const next = await nextCommand(commands);
      if (next.command === 'stop') return stop.abort(new Error('stopped'));
      if (next.command === 'go') this.#go?.();
      if (next.command === 'noted') this.#noted?.();
      if (next.command === 'stored') this.#stored?.(next.case_done);
    }
  }
}

async function carryOut(
  plan: Plan,
  director: Director,
  emit: (event: Event) => void,
): Promise<void> {
  await using sandbox = await Sandbox.create(plan.user);
  await using observer = plan.observer
    ? await Observer.start(plan.observer.program, plan.observer.object)
    : null;
  const usableBytes = Math.floor(totalmem() * USABLE_MEMORY);
  const { memory_bytes: memoryBytes, processes } = plan.task_limits;
  await using groups = TaskGroups.create(
    { memoryBytes: memoryBytes ?? usableBytes, processes },
    usableBytes,
  );
  if (groups.problem) emit({ event: 'warning', ...taskLimitsUnavailable(groups.problem) });
  const context: RunContext = {
    gateProgram: plan.gate,
    loaderProgram: plan.loader,
    timeoutS: plan.timeout_s,
    user: plan.user,
    groups,
    monitor: plan.monitor,
    callbackTimes: plan.callback_times,
    watchdogS: plan.watchdog_s,
    cpus: availableParallelism(),
    sandbox,
    histories: await sandbox.placeHistories(plan.schedulers),
    observer,
    signal: director.signal,
    hold: (index) => director.hold(index),
    ended: () => director.ended(),
    progress: (index, atS, running) => emit({ event: 'progress', index, at_s: atS, running }),
  };
  const rejected = new Set<string>();
  try {
    for (const planned of plan.cases) {
      const runs = plan.runs.filter((run) => run.test_id === planned.test_id);
      if (runs.length === 0) continue;
      await rehearse(planned, context, plan.file_watcher, emit);
      const units = await sizeWork(planned, context, emit);
      for (const run of runs) {
        if (isPointless(run, plan.schedulers, rejected)) {
          emit({
            event: 'skipped',
            index: run.index,
            reason: 'a scheduler or policy could not be had',
          });
          continue;
        }
        const scheduler = plan.schedulers.find(({ name }) => name === run.scheduler);
        if (!scheduler) throw new Error(`the plan has no scheduler ${run.scheduler}`);
        emit({ event: 'begun', index: run.index });
        const measurement = await runCase(run, planned, scheduler, units, context);
        if (REFUSALS.has(measurement.problem?.code)) rejected.add(run.scheduler);
        // After every run; it is stored once.
        if (observer?.failure) emit({ event: 'warning', ...observerUnavailable(observer.failure) });
        if (await director.report(measurement)) break;
      }
      await cleanUp(planned, plan.user, sandbox);
    }
  } catch (error) {
    // Being stopped is no failure; what was measured has been sent.
    if (!director.signal.aborted) throw error;
  }
}

async function cleanUp(planned: PlannedCase, user: TaskUser, sandbox: Sandbox): Promise<void> {
  if (planned.cleanup.length === 0) return;
  const first = planned.tasks.filter((task) => task.class === 'short').slice(0, 1);
  const [task] = await sandbox.place(planned, 'cleanup', first, null);
  if (!task) return;
  const [program = '', ...args] = commandAs(user, ['/bin/sh', '-c', planned.cleanup.join('\n')]);
  const options = { cwd: task.folder, env: task.environment };
  await promisify(execFile)(program, args, options).catch(() => {});
  await sandbox.remove('cleanup');
}

async function nextCommand(commands: AsyncIterator<string>): Promise<Command> {
  const { value, done } = await commands.next();
  return done
    ? { command: 'stop' }
    : (parseObject(value, 'The orchestrator') as unknown as Command);
}

function taskLimitsUnavailable(problem: string) {
  const message = `The tasks have no limits of memory and processes: ${problem}`;
  return { code: 'no_task_limits', message };
}

async function describePlace() {
  const clockSource = '/sys/devices/system/clocksource/clocksource0/current_clocksource';
  return {
    kernel_release: release(),
    cpus: availableParallelism(),
    // What a kernel leaves differs by some pages from boot to boot.
    memory_bytes: Math.round(totalmem() / 2 ** 20) * 2 ** 20,
    clock_source: (await readFile(clockSource, 'utf8').catch(() => 'unknown')).trim(),
  };
}

function isComplete(clock: Partial<ClockS>): clock is ClockS {
  return clock.noted !== undefined;
}

function monotonicSeconds(): number {
  return Number(process.hrtime.bigint()) / 1e9;
}
