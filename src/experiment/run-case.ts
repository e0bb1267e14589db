// SPDX-License-Identifier: Apache-2.0
import { readFile } from 'node:fs/promises';
import { assertNever } from '../core/assert-never.ts';
import type { TaskUser } from '../core/privileges.ts';
import type { Sample, SchedulerExit, TaskMeasurement } from '../results/run-record.ts';
import { kernelMemoryBytes } from '../scheduler/kernel-memory.ts';
import {
  eventsBetween,
  readKernelState,
  readSchedulerEvents,
  waitUntilNoScheduler,
} from '../scheduler/kernel-state.ts';
import { type LoadedScheduler, type LoadResult, loadScheduler } from '../scheduler/load.ts';
import { startProgram } from '../scheduler/program.ts';
import { Gate } from '../tasks/gate.ts';
import type { Observer } from '../tasks/observer.ts';
import { sampleTasks } from '../tasks/sampler.ts';
import type { TaskGroups } from '../tasks/task-groups.ts';
import { emptyMeasurement } from './empty-measurement.ts';
import { inCharge } from './in-charge.ts';
import type { Measurement, PlannedCase, PlannedRun, PlannedScheduler, Units } from './protocol.ts';
import type { PlacedTask, Sandbox } from './sandbox.ts';
import { policyRefusal, type ScheduledTask, withPolicy } from './task-policy.ts';

/** What a run needs from the executor that runs it. */
export interface RunContext {
  readonly gateProgram: string;
  readonly loaderProgram: string | null;
  readonly timeoutS: number;
  /** Whom the tasks run as. */
  readonly user: TaskUser;
  /** What the tasks may have. */
  readonly groups: TaskGroups;
  readonly monitor: boolean;
  readonly callbackTimes: boolean;
  readonly watchdogS: number;
  readonly cpus: number;
  readonly sandbox: Sandbox;
  /** Files of the schedulers that learn, by their names. */
  readonly histories: ReadonlyMap<string, string>;
  /** Null where the runs are not looked into. */
  readonly observer: Observer | null;
  readonly signal: AbortSignal;
  /** Resolves when the place keeps its speed constant and the tasks may start. */
  hold(index: number | null): Promise<void>;
  /** Resolves when it is known that the tasks have ended. */
  ended(): Promise<void>;
  progress(index: number, atS: number, running: number): void;
}

const SETTLE_TIMEOUT_MS = 30_000;
/** How long a scheduler program may take to attach; emulation makes loading many times slower. */
const ATTACH_LIMIT_MS = 60_000;

/**
 * One run of one case under one scheduler: prove the scheduler, open the gate, sample, prove it
 * again, unload. A failing task or scheduler is a result; only a failing harness throws.
 */
export async function runCase(
  run: PlannedRun,
  planned: PlannedCase,
  scheduler: PlannedScheduler,
  units: Units | null,
  context: RunContext,
): Promise<Measurement> {
  const measurement = emptyMeasurement(run.index, await readKernelState());
  if (!(await waitUntilNoScheduler(SETTLE_TIMEOUT_MS))) {
    const { ops } = await readKernelState();
    return { ...measurement, problem: problem('foreign_scheduler', `${ops} is loaded`) };
  }
  const name = `run-${run.index}`;
  const tasks = await context.sandbox.place(planned, name, planned.tasks, units);
  try {
    return { ...measurement, ...(await measureUnder(scheduler, run, tasks, context)) };
  } finally {
    await context.sandbox.remove(name);
  }
}

async function measureUnder(
  scheduler: PlannedScheduler,
  run: PlannedRun,
  tasks: readonly PlacedTask[],
  context: RunContext,
): Promise<Partial<Measurement>> {
  switch (scheduler.kind) {
    case 'default': {
      const observer = scheduler.unobserved ? null : context.observer;
      return measure(run, tasks, null, { ...context, observer });
    }
    case 'policy':
      return measure(run, withPolicy(tasks, scheduler.policy), null, context);
    case 'object': {
      const { object, tunables, name } = scheduler;
      const { loaderProgram, histories, callbackTimes, watchdogS } = context;
      const historyFile = histories.get(name) ?? null;
      const options = { tunables, historyFile, callbackTimes, watchdogS };
      const memoryBefore = await kernelMemoryBytes();
      const load = await loadScheduler(loaderProgram as string, object, options);
      const measured = await measureWhileLoaded(load, run, tasks, memoryBefore, context);
      return { ...measured, history: await historyOf(load, historyFile) };
    }
    case 'command': {
      const limitMs = Math.min(ATTACH_LIMIT_MS, context.timeoutS * 1000);
      const memoryBefore = await kernelMemoryBytes();
      const load = await startProgram(scheduler, limitMs, context.signal);
      return measureWhileLoaded(load, run, tasks, memoryBefore, context);
    }
    default:
      return assertNever(scheduler);
  }
}

async function measureWhileLoaded(
  load: LoadResult,
  run: PlannedRun,
  tasks: readonly PlacedTask[],
  memoryBefore: number,
  context: RunContext,
): Promise<Partial<Measurement>> {
  if (load.kind === 'rejected') {
    return { problem: problem('scheduler_rejected', load.message), exit: load.exit };
  }
  let exit: SchedulerExit | null = null;
  let measured: Partial<Measurement>;
  let memoryAfter: number;
  try {
    measured = await measure(run, tasks, load.scheduler, context);
    memoryAfter = await kernelMemoryBytes();
  } finally {
    exit = await load.scheduler.unload();
  }
  const { history: _, ...attached } = load.scheduler.attached;
  return { ...measured, ...attached, exit, kernel_memory_bytes: memoryAfter - memoryBefore };
}

/** What the scheduler knew and what it knows now, after it was unloaded. */
async function historyOf(load: LoadResult, file: string | null): Promise<Measurement['history']> {
  const history = load.kind === 'loaded' ? load.scheduler.attached.history : null;
  return history && file ? { ...history, text: await readFile(file, 'utf8') } : null;
}

/** Opens the gate for tasks that stand ready, with the proof of who schedules them. */
export async function measure(
  run: PlannedRun,
  tasks: readonly ScheduledTask[],
  loaded: LoadedScheduler | null,
  context: RunContext,
): Promise<Partial<Measurement>> {
  await using gate = await Gate.close(context.gateProgram, tasks, context);
  const refusal = policyRefusal(tasks, gate.held);
  if (refusal) return { problem: problem('policy_refused', refusal) };
  await using watch = (await context.observer?.watch(gate.held.map(({ pid }) => pid))) ?? null;
  const kill = () => gate.kill();
  context.signal.addEventListener('abort', kill);
  try {
    await context.hold(run.index);
    const before = await readKernelState();
    if (!inCharge(before, loaded?.attached ?? null)) {
      await context.ended();
      const message = `before the release the kernel said ${before.state}, ${before.ops ?? 'no scheduler'}`;
      return { before, after: before, problem: problem('scheduler_not_attached', message) };
    }
    const eventsBefore = loaded && (await readSchedulerEvents());
    const cpuBefore = process.cpuUsage();
    const done = new AbortController();
    const sampling = context.monitor ? sample(run, tasks, gate, context, done.signal) : [];
    await gate.open();
    const cpu = process.cpuUsage(cpuBefore);
    done.abort();
    const after = await readKernelState();
    const eventsAfter = eventsBefore && (await readSchedulerEvents());
    await context.ended();
    const samples = await sampling;
    const result = await gate.results();
    return {
      before,
      after,
      gate: { ...result, tasks: await withOutput(result.tasks, tasks, context.sandbox) },
      samples,
      executor_cpu_s: (cpu.user + cpu.system) / 1e6,
      observed: (await watch?.take()) ?? null,
      scheduler_events: eventsAfter && eventsBefore && eventsBetween(eventsBefore, eventsAfter),
    };
  } finally {
    context.signal.removeEventListener('abort', kill);
  }
}

function sample(
  run: PlannedRun,
  tasks: readonly PlacedTask[],
  gate: Gate,
  context: RunContext,
  signal: AbortSignal,
): Promise<Sample[]> {
  const sampled = tasks.map((task, index) => ({
    id: task.id,
    class: task.class,
    pid: gate.held[index]?.pid as number,
  }));
  return sampleTasks(gate.pid, sampled, context.cpus, signal, (atS, running) =>
    context.progress(run.index, atS, running),
  );
}

/** Adds to each failed task the end of what it wrote, and to the others, where wanted, their output. */
function withOutput(
  results: readonly TaskMeasurement[],
  tasks: readonly PlacedTask[],
  sandbox: Sandbox,
): Promise<TaskMeasurement[]> {
  return Promise.all(
    results.map(async (result, index) => {
      const task = tasks[index] as PlacedTask;
      if (result.exit_code !== 0) return { ...result, output_tail: await sandbox.outputTail(task) };
      return task.wantsOutput ? { ...result, output: await sandbox.output(task) } : result;
    }),
  );
}

function problem(code: string, message: string): { code: string; message: string } {
  return { code, message };
}
