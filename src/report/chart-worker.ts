// SPDX-License-Identifier: Apache-2.0
// A thread that draws the charts it is sent, each into its file.
import { parentPort } from 'node:worker_threads';
import { messageOf } from '../core/errors.ts';
import { drawToFile } from './draw-chart.ts';
import type { DrawAnswer, DrawJob } from './draw-charts.ts';

parentPort?.on('message', async (job: DrawJob) => {
  const answer = await drawToFile(job).then(
    (): DrawAnswer => ({ kind: 'drawn' }),
    (error: unknown): DrawAnswer => ({ kind: 'failed', message: messageOf(error) }),
  );
  parentPort?.postMessage(answer);
});
