// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Sample } from '../results/run-record.ts';

export interface SampledTask {
  readonly id: string;
  readonly class: 'short' | 'long';
  readonly pid: number;
}

/** Share of the place's CPU time that sampling may use; the rest of 1 % is the executor's own. */
const CPU_BUDGET = 0.003;
const SHORTEST_INTERVAL_MS = 1000;
/** However dear a sample is, a run of ordinary length has one. */
const FIRST_SAMPLE_BY_MS = 2000;
/** Share of a sample's cost that stays when only one task is read; as measured under emulation. */
const FIXED_SHARE = 0.5;

export interface SamplingPace {
  readonly intervalMs: number;
  readonly tasks: number;
}

/** What the latest sample cost: milliseconds of CPU, for that many tasks. */
export interface SampleCost {
  readonly cpuMs: number;
  readonly tasks: number;
}

/**
 * How often to sample and how many tasks at a time, so that it stays in the budget: fewer tasks
 * first, then a longer interval.
 */
export function samplingPace(cost: SampleCost, cpus: number, running: number): SamplingPace {
  const budgetMs = CPU_BUDGET * cpus * SHORTEST_INTERVAL_MS;
  const fixedMs = cost.cpuMs * FIXED_SHARE;
  const perTaskMs = (cost.cpuMs - fixedMs) / Math.max(1, cost.tasks);
  const affordable = Math.floor((budgetMs - fixedMs) / Math.max(perTaskMs, 1e-6));
  const tasks = Math.min(running, Math.max(1, affordable));
  return {
    tasks,
    intervalMs: Math.max(SHORTEST_INTERVAL_MS, (fixedMs + tasks * perTaskMs) / (CPU_BUDGET * cpus)),
  };
}

/** A guess until a sample has been taken among running tasks. */
let cost: SampleCost = { cpuMs: 40, tasks: 1 };
let rehearsed = false;

/**
 * Takes a sample of ourselves, so that nothing is loaded or done for the first time while tasks
 * run: under emulation that takes seconds of CPU.
 */
export async function prepareSampling(): Promise<void> {
  if (rehearsed) return;
  rehearsed = true;
  const done = new AbortController();
  const ourselves = { id: 'self', class: 'short', pid: process.pid } as const;
  const usual = cost;
  cost = { cpuMs: 0, tasks: 1 };
  await sampleTasks(process.ppid, [ourselves], 1, done.signal, () => done.abort());
  cost = usual;
}

/**
 * Samples CPU share and memory of the gate's tasks with pidusage until `signal` aborts: at most as
 * many at a time as the budget allows, the long ones first, the others in turn. `onSample` gets
 * the seconds since the start and the number of tasks that still run.
 */
export async function sampleTasks(
  gatePid: number,
  tasks: readonly SampledTask[],
  cpus: number,
  signal: AbortSignal,
  onSample: (atS: number, running: number) => void,
): Promise<Sample[]> {
  const { default: pidusage } = await import('pidusage');
  const openedMs = performance.now();
  const samples: Sample[] = [];
  let queue = [...tasks].sort((a, b) => a.class.localeCompare(b.class));
  let latestMs = FIRST_SAMPLE_BY_MS;
  for (;;) {
    const intervalMs = Math.min(latestMs, samplingPace(cost, cpus, queue.length).intervalMs);
    latestMs = Number.POSITIVE_INFINITY;
    await sleep(intervalMs, undefined, { signal }).catch(() => {});
    if (signal.aborted) break;
    const atS = (performance.now() - openedMs) / 1000;
    const before = process.cpuUsage();
    const running = childrenOf(gatePid);
    queue = queue.filter(({ pid }) => running.has(pid));
    const chosen = queue.slice(0, samplingPace(cost, cpus, queue.length).tasks);
    queue = [...queue.slice(chosen.length), ...chosen];
    const sampled = await readTasks(chosen, pidusage);
    if (sampled.length > 0) samples.push({ at_s: atS, tasks: sampled });
    onSample(atS, queue.length);
    const { user, system } = process.cpuUsage(before);
    cost = { cpuMs: (user + system) / 1000, tasks: Math.max(1, chosen.length) };
  }
  // It keeps /proc files open; a later process may get the same number.
  pidusage.clear();
  return samples;
}

/** One file for all of them; a look at each task would cost many times that. */
function childrenOf(pid: number): Set<number> {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return parsePids(text);
}

/** Of `/proc/PID/task/PID/children`: numbers, each with a space behind it. */
export function parsePids(text: string): Set<number> {
  return new Set(Array.from(text.matchAll(/\d{1,10}/g), ([pid]) => Number(pid)));
}

type PidUsage = typeof import('pidusage');

async function readTasks(
  tasks: readonly SampledTask[],
  pidusage: PidUsage,
): Promise<Sample['tasks']> {
  if (tasks.length === 0) return [];
  const stats: Record<string, { cpu: number; memory: number } | null | undefined> = await pidusage(
    tasks.map((task) => task.pid),
  ).catch(() => ({}));
  return tasks.flatMap(({ id, pid }) => {
    const stat = stats[pid];
    // A task that has just ended has no figures.
    return stat
      ? [{ id, cpu_percent: Math.round(stat.cpu * 10) / 10, rss_bytes: stat.memory }]
      : [];
  });
}
