// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { LabError } from '../core/errors.ts';
import { packageRoot } from '../core/paths.ts';
import type { ChartSpec } from './chart-spec.ts';

/** A chart and the file that it becomes. */
export interface DrawJob {
  readonly spec: ChartSpec;
  readonly file: string;
  /** The picture's pixels for a CSS pixel. */
  readonly pixelRatio: number;
}

export type DrawAnswer =
  | { readonly kind: 'drawn' }
  | { readonly kind: 'failed'; readonly message: string };

/** Starting a worker and loading the packages into it takes as long as drawing some charts. */
const FEWEST_FOR_WORKERS = 12;
const MOST_WORKERS = 4;
const WORKER_FILE = join(packageRoot, 'dist/chart-worker.js');

/** Most of the time goes into compressing the pixels: of many charts each has fewer. */
export function pixelRatioFor(charts: number): number {
  return charts > 40 ? 1 : 2;
}

/**
 * Draws all charts, many of them on the CPUs that this thread leaves.
 * @param jobs each is made when its turn comes
 * @throws LabError ENVIRONMENT when charts cannot be drawn here
 */
export async function drawCharts(jobs: readonly (() => DrawJob)[]): Promise<void> {
  if (jobs.length < FEWEST_FOR_WORKERS || !existsSync(WORKER_FILE)) {
    const { drawToFile } = await import('./draw-chart.ts');
    for (const job of jobs) await drawToFile(job());
    return;
  }
  const queue = [...jobs];
  const workers = Math.max(1, Math.min(MOST_WORKERS, availableParallelism() - 1));
  await Promise.all(Array.from({ length: workers }, () => drawWithWorker(queue)));
}

/** Takes one job after the other until the queue is empty, or one of them fails. */
async function drawWithWorker(queue: (() => DrawJob)[]): Promise<void> {
  const worker = new Worker(WORKER_FILE, { resourceLimits: { maxYoungGenerationSizeMb: 8 } });
  try {
    for (let job = queue.shift(); job; job = queue.shift()) {
      const answer = await ask(worker, job());
      if (answer.kind === 'failed') throw new LabError('ENVIRONMENT', answer.message);
    }
  } finally {
    queue.length = 0;
    await worker.terminate();
  }
}

function ask(worker: Worker, job: DrawJob): Promise<DrawAnswer> {
  return new Promise((resolve, reject) => {
    const onExit = () =>
      reject(new LabError('ENVIRONMENT', `Cannot draw ${job.file}: the worker ended`));
    worker.once('message', (answer: DrawAnswer) => {
      worker.off('error', reject).off('exit', onExit);
      resolve(answer);
    });
    worker.once('error', reject).once('exit', onExit);
    worker.postMessage(job);
  });
}
