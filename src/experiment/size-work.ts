// SPDX-License-Identifier: Apache-2.0
import type { Scheduling } from '../results/run-record.ts';
import { Gate } from '../tasks/gate.ts';
import { costsInCrowd, dealOut, measureCosts, type Trial } from './calibrate.ts';
import type {
  Cost,
  Costs,
  Event,
  PlannedCase,
  PlannedGroup,
  PlannedTask,
  PlannedWork,
  Units,
} from './protocol.ts';
import type { RunContext } from './run-case.ts';
import type { PlacedTask } from './sandbox.ts';
import { shareWork } from './share-work.ts';
import { policyRefusal, withPolicy } from './task-policy.ts';

/**
 * How much work makes each task: as settled before, else from what the commands cost here, as known
 * from before or measured. Null for a case that does not say how much work it wants.
 */
export async function sizeWork(
  planned: PlannedCase,
  context: RunContext,
  emit: (event: Event) => void,
): Promise<Units | null> {
  const { work } = planned;
  if (!work || planned.units) return planned.units;
  if (!planned.costs) emit({ event: 'calibrating', test_id: planned.test_id });
  const costs = planned.costs ?? (await costsOfGroups(planned, work, context, emit));
  const units = shareWork(planned, work, costs, context.cpus);
  const shorts = planned.tasks.filter((task) => task.class === 'short');
  emit({
    event: 'calibrated',
    test_id: planned.test_id,
    units,
    short_cpu_s: mean(
      shorts.map(({ id, group }) => {
        const { start_s, unit_s } = costs[group] as Cost;
        return start_s + (units[id] as number) * unit_s;
      }),
    ),
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

/** The groups of a class are tried at once, the long ones after the short ones. */
async function costsOfGroups(
  planned: PlannedCase,
  work: PlannedWork,
  context: RunContext,
  emit: (event: Event) => void,
): Promise<Costs> {
  const trials = new Trials(planned, context);
  const ofClass = (wanted: string) => planned.groups.filter((group) => group.class === wanted);
  const [shorts, longs] = [ofClass('short'), ofClass('long')];
  const costs = [
    ...(await shortCosts(planned, shorts, work.short_cpu_s, trials, context.cpus)),
    ...(await longCosts(longs, work.short_cpu_s, trials)),
  ];
  if (trials.refusal) {
    const message = `The tasks of ${planned.test_id} were sized while they were switched: ${trials.refusal}.`;
    emit({ event: 'warning', code: 'sized_while_switched', message });
  }
  return Object.fromEntries(
    [...shorts, ...longs].map(({ id }, place) => [id, costs[place] as Cost]),
  );
}

async function shortCosts(
  { tasks }: PlannedCase,
  groups: readonly PlannedGroup[],
  shortCpuS: number,
  trials: Trials,
  cpus: number,
): Promise<Cost[]> {
  const sizes = groups.map(({ id }) =>
    tasks.filter(({ group }) => group === id).map(({ size }) => size),
  );
  const targetsS = sizes.map((ofGroup) => shortCpuS * mean(ofGroup));
  const few = await measureCosts(trials.withFew(groups), targetsS);
  const crowd = dealOut(
    sizes.map(({ length }) => length),
    CROWD_PER_CPU * cpus,
  );
  return costsInCrowd(few, trials.with(groups, crowd), targetsS);
}

/** A long command's size is extrapolated from trials that are shorter than it. */
async function longCosts(
  groups: readonly PlannedGroup[],
  shortCpuS: number,
  trials: Trials,
): Promise<Cost[]> {
  if (groups.length === 0) return [];
  return measureCosts(
    trials.withFew(groups),
    groups.map(() => LONG_TRIAL * shortCpuS),
  );
}

/** Runs of tasks with the same work for all of a group. */
class Trials {
  /** Why the tasks did not run to their ends; null when they did. */
  refusal: string | null = null;
  readonly #planned: PlannedCase;
  readonly #context: RunContext;

  constructor(planned: PlannedCase, context: RunContext) {
    this.#planned = planned;
    this.#context = context;
  }

  /** A task on each CPU at least: those that share a core, a cache or an emulator's host are slower
   * when the others are busy, as they are in a run. */
  withFew(groups: readonly PlannedGroup[]): Trial {
    const noLimits = groups.map(() => Infinity);
    return this.with(groups, dealOut(noLimits, this.#context.cpus));
  }

  with(groups: readonly PlannedGroup[], tasksOfEach: readonly number[]): Trial {
    const tasks = groups.flatMap((group, place) => trialTasks(group, tasksOfEach[place] as number));
    return async (units) => {
      const unitsOf = new Map(groups.map(({ id }, place) => [id, units[place] as number]));
      const cpuTimes = await this.#cpuTimes(
        tasks,
        Object.fromEntries(tasks.map(({ id, group }) => [id, unitsOf.get(group) as number])),
      );
      return groups.map(({ id }) => mean(cpuTimes.filter((_, i) => tasks[i]?.group === id)));
    };
  }

  /** CPU seconds of each of these tasks when all of them run at once. */
  async #cpuTimes(tasks: readonly PlannedTask[], units: Units): Promise<number[]> {
    const { sandbox, gateProgram, hold, ended } = this.#context;
    const placed = await sandbox.place(this.#planned, 'calibration', tasks, units);
    const scheduled = withPolicy(placed, { short: RUN_TO_COMPLETION, long: RUN_TO_COMPLETION });
    try {
      await using gate = await Gate.close(gateProgram, scheduled, this.#context);
      this.refusal = policyRefusal(scheduled, gate.held) ?? this.refusal;
      await hold(null);
      await gate.open();
      await ended();
      const { tasks: results } = await gate.results();
      for (const [index, result] of results.entries()) {
        if (result.exit_code === 0) continue;
        const task = scheduled[index] as PlacedTask;
        throw new Error(
          `case ${this.#planned.test_id}: a ${task.class} task with WORK_UNITS=${units[task.id]} ` +
            `ended with ${result.exit_code ?? `signal ${result.signal}`}: ` +
            (await sandbox.outputTail(task)),
        );
      }
      return results.map(({ user_s, system_s }) => user_s + system_s);
    } finally {
      await sandbox.remove('calibration');
    }
  }
}

function trialTasks({ id, class: taskClass }: PlannedGroup, count: number): PlannedTask[] {
  return Array.from({ length: count }, (_, index) => ({
    id: `${id}-${index + 1}`,
    class: taskClass,
    group: id,
    size: 1,
    release_s: 0,
  }));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
