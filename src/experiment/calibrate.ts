// SPDX-License-Identifier: Apache-2.0
import type { Cost } from './protocol.ts';

/** CPU seconds that a class's command uses with this amount of work. */
export type Trial = (units: number) => Promise<number>;

const FIRST_GUESS_UNITS = 50;
/** The work of the trial that counts takes at least this share of the target. */
const MEANINGFUL = 0.8;
const LARGEST_STEP = 20;
const MOST_STEPS = 12;

/**
 * Measures the cost of a command: with a single unit, and with work of about `targetCpuS`. What
 * disturbs a trial (another load on the machine, code that an emulator sees for the first time)
 * only ever adds to its CPU time, so each size is tried twice and the faster trial counts.
 * @throws Error when more and more work does not use more CPU time
 */
export async function measureCost(trial: Trial, targetCpuS: number): Promise<Cost> {
  const startS = Math.min(await trial(1), await trial(1));
  let units = FIRST_GUESS_UNITS;
  let workS = (await trial(units)) - startS;
  for (let steps = 0; workS < MEANINGFUL * targetCpuS; steps++) {
    if (steps === MOST_STEPS) {
      throw new Error(
        `${units} units of work take ${workS} s of CPU, less than ${targetCpuS} s: ` +
          'does the command use $WORK_UNITS?',
      );
    }
    const step = (1.1 * targetCpuS) / Math.max(workS, 1e-6);
    units = Math.ceil(units * Math.min(Math.max(step, 1.2), LARGEST_STEP));
    workS = (await trial(units)) - startS;
  }
  workS = Math.min(workS, (await trial(units)) - startS);
  return { start_s: startS, unit_s: Math.max(workS, 1e-6) / units };
}

/**
 * The cost when many start at once, which may be twice that of a few: their starts take turns on
 * the CPUs and with the same locks and caches. From a trial with one unit and one with as many as
 * `few` takes for `targetCpuS`.
 */
export async function costInCrowd(few: Cost, crowd: Trial, targetCpuS: number): Promise<Cost> {
  const units = Math.max(2, unitsFor(targetCpuS, few));
  const oneS = await crowd(1);
  const workS = (await crowd(units)) - oneS;
  // Work is not cheaper in a crowd; a trial in which it was has been disturbed.
  const unitS = Math.max(few.unit_s, workS / (units - 1));
  return { start_s: Math.max(few.start_s, oneS - unitS), unit_s: unitS };
}

/** The least whole number of units, 1 or more, that take `cpuS`. */
export function unitsFor(cpuS: number, { start_s, unit_s }: Cost): number {
  return Math.max(1, Math.ceil((cpuS - start_s) / unit_s));
}

/**
 * CPU seconds of one long task. `balanced`: as long as just fits the ideal schedule, in which the
 * long tasks have a CPU each and the short ones share the others.
 */
export function longCpuTime(
  shortCpuS: number,
  shortTasks: number,
  longTasks: number,
  cpus: number,
  skew: number | 'balanced',
): number {
  if (skew !== 'balanced') return shortCpuS * skew;
  return (shortCpuS * shortTasks) / Math.max(1, cpus - longTasks);
}
