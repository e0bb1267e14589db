// SPDX-License-Identifier: Apache-2.0
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Warning } from '../results/experiment-record.ts';
import type { Noise } from '../results/run-record.ts';

/** From here on a fact about a run makes its figures suspect. */
export const NOISE_LIMITS = {
  steal_share: 0.02,
  other_load_share: 0.1,
  swapped_pages: 1000,
  thermal_throttles: 0,
} as const;

/** The kernel's clock ticks in a second, in /proc: the same on every Linux that Node runs on. */
const TICKS_PER_S = 100;

/** What the machine's counters say at one instant; null where it does not count. */
interface Counters {
  readonly totalTicks: number;
  readonly busyTicks: number;
  readonly stealTicks: number;
  readonly swappedPages: number | null;
  readonly thermalThrottles: number | null;
}

/** Watches from `start` to `stop` what else goes on on this machine. */
export class NoiseMeter {
  #before: Counters | null = null;

  start(): void {
    this.#before = readCounters();
  }

  /** @param ownCpuS CPU seconds that the place of measurement used since `start`; null when not known */
  stop(ownCpuS: number | null): Noise | null {
    const before = this.#before;
    const after = readCounters();
    this.#before = null;
    return before && after ? noiseBetween(before, after, ownCpuS) : null;
  }
}

export function noiseBetween(before: Counters, after: Counters, ownCpuS: number | null): Noise {
  const ticks = after.totalTicks - before.totalTicks;
  const busy = after.busyTicks - before.busyTicks;
  const others = ownCpuS === null ? null : busy - ownCpuS * TICKS_PER_S;
  const difference = (key: 'swappedPages' | 'thermalThrottles') =>
    before[key] === null || after[key] === null ? null : Math.max(0, after[key] - before[key]);
  return {
    steal_share: shareOf(after.stealTicks - before.stealTicks, ticks),
    other_load_share: others === null ? null : shareOf(others, ticks),
    swapped_pages: difference('swappedPages'),
    thermal_throttles: difference('thermalThrottles'),
  };
}

/** What of a run's noise is too much: a code, the amount, and words for it. */
export function describeNoise(noise: Noise): { code: string; amount: number; message: string }[] {
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  const texts = {
    steal_share: (share: number) => `its host took ${percent(share)} of the machine's CPU time`,
    other_load_share: (share: number) => `others used ${percent(share)} of the machine's CPUs`,
    swapped_pages: (pages: number) => `${pages} pages were swapped`,
    thermal_throttles: (times: number) => `the CPUs were throttled ${times} times for their heat`,
  };
  return (Object.keys(texts) as (keyof Noise)[]).flatMap((kind) => {
    const value = noise[kind];
    if (value === null || value <= NOISE_LIMITS[kind]) return [];
    return [{ code: kind.replace(/_share$/, ''), amount: value, message: texts[kind](value) }];
  });
}

/** What of the machine's settings makes results suspect before anything has run. */
export function settingWarnings(): Warning[] {
  const warnings: Warning[] = [];
  const governors = frequencyGovernors();
  if (governors.some((governor) => governor !== 'performance')) {
    warnings.push({
      code: 'frequency_governor',
      message: `The CPUs' frequency governor is ${[...new Set(governors)].join(', ')}: their speed may change between runs. Set it with "cpupower frequency-set -g performance".`,
    });
  }
  return warnings;
}

function frequencyGovernors(): string[] {
  const cpus = '/sys/devices/system/cpu';
  if (!existsSync(cpus)) return [];
  return readdirSync(cpus)
    .filter((name) => /^cpu\d+$/.test(name))
    .flatMap((name) => readOrNull(join(cpus, name, 'cpufreq/scaling_governor'))?.trim() ?? []);
}

function readCounters(): Counters | null {
  return parseCounters(
    readOrNull('/proc/stat'),
    readOrNull('/proc/vmstat'),
    readOrNull('/sys/devices/system/cpu/cpu0/thermal_throttle/package_throttle_count'),
  );
}

/** From the texts of the kernel's files; null without that of /proc/stat. */
export function parseCounters(
  stat: string | null,
  vmstat: string | null,
  throttleCount: string | null,
): Counters | null {
  const line = stat?.split('\n', 1)[0];
  if (!line || !/^cpu( +\d{1,15}){8}/.test(line)) return null;
  // user nice system idle iowait irq softirq steal; guest time is part of user's.
  const [user, nice, system, idle, iowait, irq, softirq, steal] = line
    .trim()
    .split(/\s+/)
    .slice(1, 9)
    .map(Number) as [number, number, number, number, number, number, number, number];
  const busyTicks = user + nice + system + irq + softirq;
  return {
    busyTicks,
    stealTicks: steal,
    totalTicks: busyTicks + idle + iowait + steal,
    swappedPages: swappedPages(vmstat),
    thermalThrottles: wholeOrNull(throttleCount),
  };
}

function swappedPages(vmstat: string | null): number | null {
  const lines = (vmstat ?? '').matchAll(/^pswp(?:in|out) (\d{1,15})$/gm);
  const counts = Array.from(lines, ([, pages]) => Number(pages));
  return counts.length > 0 ? counts.reduce((sum, n) => sum + n, 0) : null;
}

function wholeOrNull(text: string | null): number | null {
  return /^\d{1,15}$/.test(text?.trim() ?? '') ? Number(text) : null;
}

function readOrNull(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

/** Null where the figures are none that a share can be made of, such as those without end. */
function shareOf(part: number, whole: number): number | null {
  const share = Math.max(0, part) / whole;
  return whole > 0 && Number.isFinite(share) ? share : null;
}
