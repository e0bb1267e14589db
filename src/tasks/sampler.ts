// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Sample } from '../results/run-record.ts';

export interface SampledTask {
  readonly id: string;
  readonly class: 'short' | 'long';
  readonly pid: number;
}

/** Share of the place's CPU time that sampling may use; the rest of 1 % is the executor's own. */
const CPU_BUDGET = 0.004;
const SHORTEST_INTERVAL_MS = 1000;

export interface SamplingPace {
  readonly intervalMs: number;
  readonly tasks: number;
}

/**
 * How often to sample and how many tasks at a time, so that it stays in the budget when one task
 * costs `costMs` of CPU: fewer tasks first, then a longer interval.
 */
export function samplingPace(costMs: number, cpus: number, running: number): SamplingPace {
  const budgetMs = CPU_BUDGET * cpus * SHORTEST_INTERVAL_MS;
  const tasks = Math.min(running, Math.max(1, Math.floor(budgetMs / costMs)));
  return {
    tasks,
    intervalMs: Math.max(SHORTEST_INTERVAL_MS, (tasks * costMs) / (CPU_BUDGET * cpus)),
  };
}

/** What sampling one task costs, milliseconds of CPU: a guess until it has been measured. */
let costMs = 5;

/** Loads and compiles what sampling needs, so that this does not happen while tasks run. */
export async function prepareSampling(): Promise<void> {
  const { default: pidusage } = await import('pidusage');
  await readTasks([{ id: 'self', class: 'short', pid: process.pid }], pidusage);
}

/**
 * Samples CPU share and memory of tasks with pidusage until `signal` aborts: at most as many at a
 * time as the budget allows, the long ones first, the others in turn. `onSample` gets the seconds
 * since the start and the number of tasks that still run.
 */
export async function sampleTasks(
  tasks: readonly SampledTask[],
  cpus: number,
  signal: AbortSignal,
  onSample: (atS: number, running: number) => void,
): Promise<Sample[]> {
  const { default: pidusage } = await import('pidusage');
  const openedMs = performance.now();
  const samples: Sample[] = [];
  let queue = [...tasks].sort((a, b) => a.class.localeCompare(b.class));
  let pace = samplingPace(costMs, cpus, queue.length);
  for (;;) {
    await sleep(pace.intervalMs, undefined, { signal }).catch(() => {});
    if (signal.aborted) break;
    const atS = (performance.now() - openedMs) / 1000;
    queue = queue.filter(({ pid }) => existsSync(`/proc/${pid}`));
    pace = samplingPace(costMs, cpus, queue.length);
    const chosen = queue.slice(0, pace.tasks);
    queue = [...queue.slice(pace.tasks), ...chosen];
    const before = process.cpuUsage();
    const sampled = await readTasks(chosen, pidusage);
    const { user, system } = process.cpuUsage(before);
    costMs = Math.max(0.1, (user + system) / 1000 / Math.max(1, chosen.length));
    if (sampled.length > 0) samples.push({ at_s: atS, tasks: sampled });
    onSample(atS, queue.length);
  }
  // It keeps /proc files open; a later process may get the same number.
  pidusage.clear();
  return samples;
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
