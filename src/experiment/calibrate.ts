// SPDX-License-Identifier: Apache-2.0

/** CPU seconds that a class's command uses alone with this amount of work. */
export type Trial = (units: number) => Promise<number>;

/** Trials that are nearer to the target than this are trusted. */
const NEAR = 0.5;
const TRUSTED_TRIALS = 2;
const MOST_TRIALS = 12;
const LARGEST_STEP = 50;

/**
 * Finds how many units of work take `targetCpuS`. What disturbs a trial (another load on the
 * machine, code that an emulator sees for the first time) only ever adds to its CPU time, so of
 * the trusted trials the fastest counts.
 * @throws Error when more and more work does not use more CPU time
 */
export async function unitsForCpuTime(
  trial: Trial,
  targetCpuS: number,
  firstGuess: number,
): Promise<{ units: number; cpuS: number }> {
  let units = Math.max(1, Math.round(firstGuess));
  let trusted = 0;
  let fastest = Number.POSITIVE_INFINITY;
  for (let trials = 0; trials < MOST_TRIALS && trusted < TRUSTED_TRIALS; trials++) {
    const cpuS = Math.max(await trial(units), 1e-6);
    const tooShort = cpuS < NEAR * targetCpuS;
    const tooLong = cpuS > targetCpuS / NEAR && units > 1;
    if (!tooShort && !tooLong) {
      trusted++;
      fastest = Math.min(fastest, cpuS / units);
    }
    units = Math.max(1, Math.ceil(units * Math.min(targetCpuS / cpuS, LARGEST_STEP)));
  }
  if (trusted === 0) {
    throw new Error(
      `${units} units of work take less than ${targetCpuS} s of CPU: ` +
        'does the command use $WORK_UNITS?',
    );
  }
  const found = Math.max(1, Math.ceil(targetCpuS / fastest));
  return { units: found, cpuS: found * fastest };
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
