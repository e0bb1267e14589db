// SPDX-License-Identifier: Apache-2.0
import type { Cost } from './protocol.ts';

/** CPU seconds that each of some commands uses with its amount of work. */
export type Trial = (units: readonly number[]) => Promise<number[]>;

const FIRST_GUESS_UNITS = 50;
/** The work of the trial that counts takes at least this share of the target. */
const MEANINGFUL = 0.8;
/** The same in a crowd, for tasks that are little more than a start. */
const MEANINGFUL_IN_CROWD = 0.5;
const LARGEST_STEP = 20;
const MOST_STEPS = 12;

/**
 * Measures the costs of some commands, all in the same trials: with a single unit, and with work of
 * about each one's `targetsCpuS`. What disturbs a trial (another load on the machine, code that an
 * emulator sees for the first time) only ever adds to its CPU time, so each size is tried twice and
 * the faster trial counts.
 * @throws Error when more and more work does not use more CPU time
 */
export async function measureCosts(trial: Trial, targetsCpuS: readonly number[]): Promise<Cost[]> {
  const one = targetsCpuS.map(() => 1);
  const startsS = least(await trial(one), await trial(one));
  const workWith = async (amounts: readonly number[]) =>
    (await trial(amounts)).map((cpuS, place) => cpuS - (startsS[place] as number));
  let units = targetsCpuS.map(() => FIRST_GUESS_UNITS);
  let workS = await workWith(units);
  const tooSmall = (targetS: number, place: number) =>
    (workS[place] as number) < MEANINGFUL * targetS;
  for (let steps = 0; targetsCpuS.some(tooSmall); steps++) {
    if (steps === MOST_STEPS) {
      const place = targetsCpuS.findIndex(tooSmall);
      throw new Error(
        `${units[place]} units of work take ${workS[place]} s of CPU, less than ` +
          `${targetsCpuS[place]} s: does the command use $WORK_UNITS?`,
      );
    }
    units = targetsCpuS.map((targetS, place) => {
      const amount = units[place] as number;
      if (!tooSmall(targetS, place)) return amount;
      const step = (1.1 * targetS) / Math.max(workS[place] as number, 1e-6);
      return Math.ceil(amount * Math.min(Math.max(step, 1.2), LARGEST_STEP));
    });
    workS = await workWith(units);
  }
  workS = least(workS, await workWith(units));
  return units.map((amount, place) => ({
    start_s: startsS[place] as number,
    unit_s: Math.max(workS[place] as number, 1e-6) / amount,
  }));
}

/**
 * The costs when many start at once, which may be twice those of a few: their starts take turns on
 * the CPUs and with the same locks and caches. From a trial with one unit and one with as many as
 * `few` takes for `targetsCpuS`, or more: from a unit or two no cost can be told.
 */
export async function costsInCrowd(
  few: readonly Cost[],
  crowd: Trial,
  targetsCpuS: readonly number[],
): Promise<Cost[]> {
  const units = few.map((cost, place) => {
    const targetS = targetsCpuS[place] as number;
    const meaningful = Math.ceil((MEANINGFUL_IN_CROWD * targetS) / cost.unit_s);
    return Math.max(2, meaningful, unitsFor(targetS, cost));
  });
  const oneS = await crowd(few.map(() => 1));
  const manyS = await crowd(units);
  return few.map((cost, place) => {
    const [one, many] = [oneS[place] as number, manyS[place] as number];
    // Work is not cheaper in a crowd; a trial in which it was has been disturbed.
    const unitS = Math.max(cost.unit_s, (many - one) / ((units[place] as number) - 1));
    return { start_s: Math.max(cost.start_s, one - unitS), unit_s: unitS };
  });
}

/** How many of `most` each of some groups gets, in turns and up to its limit; one at least. */
export function dealOut(limits: readonly number[], most: number): number[] {
  const dealt = limits.map(() => 1);
  const hasRoom = (limit: number, place: number) => (dealt[place] as number) < limit;
  for (let left = most - limits.length; left > 0 && limits.some(hasRoom); ) {
    for (const [place, limit] of limits.entries()) {
      if (left === 0 || !hasRoom(limit, place)) continue;
      dealt[place] = (dealt[place] as number) + 1;
      left--;
    }
  }
  return dealt;
}

/** The least whole number of units, 1 or more, that take `cpuS`. */
export function unitsFor(cpuS: number, { start_s, unit_s }: Cost): number {
  return Math.max(1, Math.ceil((cpuS - start_s) / unit_s));
}

/**
 * CPU seconds of one long task. `balanced`: as long as just fits the ideal schedule, in which the
 * long tasks have a CPU each and the short ones share the others.
 * @param shortTasks their sizes added up
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

function least(some: readonly number[], others: readonly number[]): number[] {
  return some.map((value, place) => Math.min(value, others[place] as number));
}
