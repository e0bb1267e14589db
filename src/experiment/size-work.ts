// SPDX-License-Identifier: Apache-2.0
import type { Scheduling } from '../results/run-record.ts';
import { Gate } from '../tasks/gate.ts';
import { costInCrowd, longCpuTime, measureCost, type Trial, unitsFor } from './calibrate.ts';
import type { Costs, Event, PlannedCase, Units } from './protocol.ts';
import type { RunContext } from './run-case.ts';
import type { PlacedTask } from './sandbox.ts';
import { policyRefusal, withPolicy } from './task-policy.ts';

/**
 * How much work makes a short and a long task: as settled before, else from what the commands cost
 * here, as known from before or measured. Null for a case that does not say how much work it wants.
 */
export async function sizeWork(
  planned: PlannedCase,
  context: RunContext,
  emit: (event: Event) => void,
): Promise<Units | null> {
  const { work } = planned;
  if (!work || planned.units) return planned.units;
  if (!planned.costs) emit({ event: 'calibrating', test_id: planned.test_id });
  const costs = planned.costs ?? (await measureCosts(planned, work.short_cpu_s, context, emit));
  const { short, long } = planned;
  const longCpuS = longCpuTime(work.short_cpu_s, short.count, long.count, context.cpus, work.skew);
  const units = {
    short: unitsFor(work.short_cpu_s, costs.short),
    long: unitsFor(longCpuS, costs.long),
  };
  emit({
    event: 'calibrated',
    test_id: planned.test_id,
    short_units: units.short,
    long_units: units.long,
    short_cpu_s: costs.short.start_s + units.short * costs.short.unit_s,
    reused: planned.costs !== null,
    costs,
  });
  return units;
}

/**
 * Each trial task runs to its end once it runs: what a scheduler adds by switching between tasks is
 * its cost, not the work's. (Under the default a short of a crowd costs 15 to 20 % more.)
 */
const RUN_TO_COMPLETION: Scheduling = { policy: 'fifo', nice: 0, rt_priority: 1 };
/** As many tasks for each CPU crowd it as those of a run. */
const CROWD_PER_CPU = 10;
/** Long enough for an interpreter to have warmed up; in short tasks' CPU times. */
const LONG_TRIAL = 3;

async function measureCosts(
  planned: PlannedCase,
  shortCpuS: number,
  context: RunContext,
  emit: (event: Event) => void,
): Promise<Costs> {
  let refusal: string | null = null;
  const trialOf =
    (taskClass: 'short' | 'long', tasks: number): Trial =>
    (units) =>
      meanCpuTime(planned, taskClass, tasks, units, context, (reason) => {
        refusal = reason;
      });
  const few = await measureCost(trialOf('short', context.cpus), shortCpuS);
  const crowd = Math.min(planned.short.count, CROWD_PER_CPU * context.cpus);
  const costs = {
    short: await costInCrowd(few, trialOf('short', crowd), shortCpuS),
    // The long command's size is extrapolated from trials that are shorter than it.
    long: await measureCost(trialOf('long', context.cpus), LONG_TRIAL * shortCpuS),
  };
  if (refusal) {
    const message = `The tasks of ${planned.test_id} were sized while they were switched: ${refusal}.`;
    emit({ event: 'warning', code: 'sized_while_switched', message });
  }
  return costs;
}

/**
 * Mean CPU seconds of a class's task when this many run at once, one on each CPU at least: CPUs
 * that share a core, a cache or an emulator's host are slower when the others are busy, as they
 * are in a run.
 */
async function meanCpuTime(
  planned: PlannedCase,
  taskClass: 'short' | 'long',
  count: number,
  units: number,
  context: RunContext,
  refused: (reason: string) => void,
): Promise<number> {
  const counts = { short: 0, long: 0, [taskClass]: count };
  const bothUnits = { short: units, long: units };
  const placed = await context.sandbox.place(planned, 'calibration', counts, bothUnits);
  const tasks = withPolicy(placed, { short: RUN_TO_COMPLETION, long: RUN_TO_COMPLETION });
  try {
    await using gate = await Gate.close(context.gateProgram, tasks, context.timeoutS);
    const refusal = policyRefusal(tasks, gate.held);
    if (refusal) refused(refusal);
    await context.hold(null);
    await gate.open();
    context.ended();
    const { tasks: results } = await gate.results();
    for (const [index, result] of results.entries()) {
      if (result.exit_code === 0) continue;
      const output = await context.sandbox.outputTail(tasks[index] as PlacedTask);
      throw new Error(
        `case ${planned.test_id}: a ${taskClass} task with WORK_UNITS=${units} ended with ` +
          `${result.exit_code ?? `signal ${result.signal}`}: ${output}`,
      );
    }
    return (
      results.reduce((sum, { user_s, system_s }) => sum + user_s + system_s, 0) / results.length
    );
  } finally {
    await context.sandbox.remove('calibration');
  }
}
