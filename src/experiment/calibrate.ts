// SPDX-License-Identifier: Apache-2.0

/** CPU seconds that a class's command uses alone with this amount of work. */
export type Trial = (units: number) => Promise<number>;

/** Long enough for the start of the program not to matter, short enough to try a few times. */
const MEANINGFUL = 0.4;
const LARGEST_STEP = 50;

/**
 * Finds how many units of work take `targetCpuS`.
 * @throws Error when more and more work does not use more CPU time
 */
export async function unitsForCpuTime(
  trial: Trial,
  targetCpuS: number,
  firstGuess: number,
): Promise<{ units: number; cpuS: number }> {
  let units = Math.max(1, Math.round(firstGuess));
  for (let attempt = 0; attempt < 12; attempt++) {
    const cpuS = await trial(units);
    const step = targetCpuS / Math.max(cpuS, 1e-6);
    if (cpuS >= MEANINGFUL * targetCpuS) {
      const scaled = Math.max(1, Math.round(units * step));
      return { units: scaled, cpuS: (cpuS * scaled) / units };
    }
    units = Math.ceil(units * Math.min(step, LARGEST_STEP));
  }
  throw new Error(
    `${units} units of work still take less than ${MEANINGFUL * targetCpuS} s of CPU: ` +
      'does the command use $WORK_UNITS?',
  );
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
