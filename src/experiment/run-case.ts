// SPDX-License-Identifier: Apache-2.0
import type { Sample, SchedulerExit } from '../results/run-record.ts';
import { readKernelState, waitUntilNoScheduler } from '../scheduler/kernel-state.ts';
import { type LoadedScheduler, loadScheduler } from '../scheduler/load.ts';
import { Gate } from '../tasks/gate.ts';
import { prepareSampling, sampleTasks } from '../tasks/sampler.ts';
import { inCharge } from './in-charge.ts';
import type {
  Measurement,
  PlannedCase,
  PlannedRun,
  PlannedScheduler,
  TaskMeasurement,
} from './protocol.ts';
import type { PlacedTask, Sandbox } from './sandbox.ts';

/** What a run needs from the executor that runs it. */
export interface RunContext {
  readonly gateProgram: string;
  readonly loaderProgram: string | null;
  readonly timeoutS: number;
  readonly monitor: boolean;
  readonly cpus: number;
  readonly sandbox: Sandbox;
  readonly signal: AbortSignal;
  /** Resolves when the place keeps its speed constant and the tasks may start. */
  hold(index: number | null): Promise<void>;
  ended(): void;
  progress(index: number, atS: number, running: number): void;
}

const SETTLE_TIMEOUT_MS = 30_000;

/**
 * One run of one case under one scheduler: prove the scheduler, open the gate, sample, prove it
 * again, unload. A failing task or scheduler is a result; only a failing harness throws.
 */
export async function runCase(
  run: PlannedRun,
  planned: PlannedCase,
  scheduler: PlannedScheduler,
  units: { short: number; long: number } | null,
  context: RunContext,
): Promise<Measurement> {
  const measurement: Measurement = {
    index: run.index,
    started_at: new Date().toISOString(),
    problem: null,
    ops: null,
    tunables: [],
    missing_constants: [],
    before: await readKernelState(),
    after: await readKernelState(),
    exit: null,
    gate: null,
    samples: [],
    executor_cpu_s: 0,
  };
  if (!(await waitUntilNoScheduler(SETTLE_TIMEOUT_MS))) {
    const { ops } = await readKernelState();
    return { ...measurement, problem: problem('foreign_scheduler', `${ops} is loaded`) };
  }
  const name = `run-${run.index}`;
  const counts = { short: planned.short.count, long: planned.long.count };
  const tasks = await context.sandbox.place(planned, name, counts, units);
  try {
    if (scheduler.object === null) {
      return { ...measurement, ...(await measure(run, tasks, null, context)) };
    }
    const load = await loadScheduler(
      context.loaderProgram as string,
      scheduler.object,
      scheduler.tunables,
    );
    if (load.kind === 'rejected') {
      return { ...measurement, problem: problem('scheduler_rejected', load.message) };
    }
    let exit: SchedulerExit | null = null;
    let measured: Partial<Measurement>;
    try {
      measured = await measure(run, tasks, load.scheduler, context);
    } finally {
      exit = await load.scheduler.unload();
    }
    return { ...measurement, ...measured, ...load.scheduler.attached, exit };
  } finally {
    await context.sandbox.remove(name);
  }
}

async function measure(
  run: PlannedRun,
  tasks: readonly PlacedTask[],
  loaded: LoadedScheduler | null,
  context: RunContext,
): Promise<Partial<Measurement>> {
  await using gate = await Gate.close(context.gateProgram, tasks, context.timeoutS);
  const kill = () => gate.kill();
  context.signal.addEventListener('abort', kill);
  try {
    if (context.monitor) await prepareSampling();
    await context.hold(run.index);
    const before = await readKernelState();
    if (!inCharge(before, loaded)) {
      context.ended();
      const message = `before the release the kernel said ${before.state}, ${before.ops ?? 'no scheduler'}`;
      return { before, after: before, problem: problem('scheduler_not_attached', message) };
    }
    const cpuBefore = process.cpuUsage();
    const done = new AbortController();
    const sampling = context.monitor ? sample(run, tasks, gate, context, done.signal) : [];
    await gate.open();
    const cpu = process.cpuUsage(cpuBefore);
    done.abort();
    const after = await readKernelState();
    context.ended();
    const samples = await sampling;
    const result = await gate.results();
    return {
      before,
      after,
      gate: { ...result, tasks: await withOutput(result.tasks, tasks, context.sandbox) },
      samples,
      executor_cpu_s: (cpu.user + cpu.system) / 1e6,
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
    pid: gate.pids[index] as number,
  }));
  return sampleTasks(sampled, context.cpus, signal, (atS, running) =>
    context.progress(run.index, atS, running),
  );
}

/** Adds to each failed task the end of what it wrote. */
function withOutput(
  results: readonly TaskMeasurement[],
  tasks: readonly PlacedTask[],
  sandbox: Sandbox,
): Promise<TaskMeasurement[]> {
  return Promise.all(
    results.map(async (result, index) => {
      if (result.exit_code === 0) return result;
      return { ...result, output_tail: await sandbox.outputTail(tasks[index] as PlacedTask) };
    }),
  );
}

function problem(code: string, message: string): { code: string; message: string } {
  return { code, message };
}
