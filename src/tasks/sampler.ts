// SPDX-License-Identifier: Apache-2.0
import { setTimeout as sleep } from 'node:timers/promises';
import type { Sample } from '../results/run-record.ts';

export interface SampledTask {
  readonly id: string;
  readonly pid: number;
}

/** Share of the place's CPU time that sampling may use; the rest of 1 % is the executor's own. */
const CPU_BUDGET = 0.004;
const SHORTEST_INTERVAL_MS = 500;

/** Milliseconds to the next sample, so that one that costs `costMs` of CPU stays in the budget. */
export function samplingIntervalMs(costMs: number, cpus: number): number {
  return Math.max(SHORTEST_INTERVAL_MS, costMs / (CPU_BUDGET * cpus));
}

/** Samples CPU share and memory of tasks with pidusage, rarely enough not to disturb them. */
export class Sampler {
  readonly samples: Sample[] = [];
  readonly #tasks: readonly SampledTask[];
  readonly #cpus: number;
  #costMs = 0;

  private constructor(tasks: readonly SampledTask[], cpus: number) {
    this.#tasks = tasks;
    this.#cpus = cpus;
  }

  /** While the tasks wait at the barrier: the first reading, and what one costs. */
  static async prepare(tasks: readonly SampledTask[], cpus: number): Promise<Sampler> {
    const sampler = new Sampler(tasks, cpus);
    // Twice: the first one also compiles the code and asks the system for its constants.
    await sampler.#read();
    await sampler.#read();
    return sampler;
  }

  /** Samples until `signal` aborts; `onSample` gets the seconds since the start and the tasks left. */
  async run(signal: AbortSignal, onSample: (atS: number, running: number) => void): Promise<void> {
    const openedMs = performance.now();
    while (!signal.aborted) {
      const interval = samplingIntervalMs(this.#costMs, this.#cpus);
      await sleep(interval, undefined, { signal }).catch(() => {});
      if (signal.aborted) break;
      const atS = (performance.now() - openedMs) / 1000;
      const tasks = await this.#read();
      if (tasks.length > 0) this.samples.push({ at_s: atS, tasks });
      onSample(atS, tasks.length);
    }
    const { default: pidusage } = await import('pidusage');
    // It keeps /proc files open; a later process may get the same number.
    pidusage.clear();
  }

  async #read(): Promise<Sample['tasks']> {
    const { default: pidusage } = await import('pidusage');
    const before = process.cpuUsage();
    const stats: Record<string, { cpu: number; memory: number } | null | undefined> =
      await pidusage(this.#tasks.map((task) => task.pid)).catch(() => ({}));
    const { user, system } = process.cpuUsage(before);
    this.#costMs = (user + system) / 1000;
    return this.#tasks.flatMap(({ id, pid }) => {
      const stat = stats[pid];
      // A task that has ended has no figures.
      return stat
        ? [{ id, cpu_percent: Math.round(stat.cpu * 10) / 10, rss_bytes: stat.memory }]
        : [];
    });
  }
}
