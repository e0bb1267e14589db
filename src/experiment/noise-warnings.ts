// SPDX-License-Identifier: Apache-2.0
import { describeNoise } from '../machine/noise.ts';
import type { Place, Warning } from '../results/experiment-record.ts';
import type { StoredRun } from '../results/read.ts';

/** Clocks that other CPUs or a host's pauses do not make jump. */
const STEADY_CLOCKS = new Set([
  'tsc',
  'kvm-clock',
  'arch_sys_counter',
  'hpet',
  'hyperv_clocksource_tsc_page',
]);
/** How far the place's clock may be off ours for certain. */
const CLOCK_DRIFT = 0.01;

/** What of the place of measurement makes its figures suspect, whatever happens there. */
export function placeWarnings(place: Place, usesSchedExt: boolean): Warning[] {
  const warnings: Warning[] = [];
  if (place.cpu_list !== undefined && usesSchedExt) {
    warnings.push({
      code: 'cpus_by_affinity',
      message:
        `The tasks may use CPUs ${place.cpu_list} only, but a scheduler sees all of the machine's: ` +
        'it may act otherwise than on a machine with so few. A guest has just as many: --target vm.',
    });
  }
  if (place.accelerator === 'tcg') {
    warnings.push({
      code: 'emulated',
      message:
        'The guest is emulated: absolute times mean little, ratios within the experiment do.',
    });
  }
  if (!STEADY_CLOCKS.has(place.clock_source)) {
    warnings.push({
      code: 'clock_source',
      message: `The place's clock source is ${place.clock_source}, which may jump or be slow.`,
    });
  }
  return warnings;
}

/** What else went on while tasks ran, one warning of each kind over all runs. */
export function noiseWarnings(runs: readonly StoredRun[]): Warning[] {
  const counted = runs.filter((run) => !run.warm_up);
  const found = counted.flatMap((run) => [
    ...(run.noise ? describeNoise(run.noise) : []),
    ...clockWarning(run),
  ]);
  return [...new Set(found.map(({ code }) => code))].map((code) => {
    const all = found.filter((noise) => noise.code === code);
    const worst = all.reduce((a, b) => (b.amount > a.amount ? b : a));
    return {
      code,
      message: `In ${all.length} of ${counted.length} runs more went on than there should; at most, ${worst.message}.`,
    };
  });
}

function clockWarning({ proof }: StoredRun) {
  const ratio = proof.clock_ratio ?? 1;
  const [least = ratio, most = ratio] = proof.clock_bounds ?? [];
  const drift = Math.max(least - 1, 1 - most);
  if (drift <= CLOCK_DRIFT) return [];
  const message = `the place's clock and ours differed by ${(100 * drift).toFixed(1)} %`;
  return [{ code: 'clock_drift', message, amount: drift }];
}
