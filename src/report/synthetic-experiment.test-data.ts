// SPDX-License-Identifier: Apache-2.0
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExperimentRecord } from '../results/experiment-record.ts';
import { readStoredExperiment, type StoredExperiment } from '../results/read.ts';
import type { RunRecord } from '../results/run-record.ts';
import { writeTrace } from '../results/trace.ts';
import {
  CPUS,
  SHORT_TASKS,
  type SyntheticPlan,
  syntheticRuns,
} from './synthetic-runs.test-data.ts';
import { traceOf } from './synthetic-schedule.test-data.ts';
import { syntheticSummary } from './synthetic-summary.test-data.ts';

/** Made-up results, the same every time, stored in `folder` and read back through the schemas. */
export async function storeSyntheticExperiment(
  folder: string,
  plan: SyntheticPlan,
): Promise<StoredExperiment> {
  await writeSyntheticExperiment(folder, plan);
  return readStoredExperiment(folder);
}

export async function writeSyntheticExperiment(folder: string, plan: SyntheticPlan): Promise<void> {
  const { runs, traces } = syntheticRuns(plan);
  await mkdir(join(folder, 'traces'), { recursive: true });
  await writeFile(
    join(folder, 'experiment.json'),
    JSON.stringify(syntheticExperiment(plan, runs), null, 2),
  );
  await writeFile(
    join(folder, 'runs.ndjson'),
    runs.map((run) => `${JSON.stringify(run)}\n`),
  );
  for (const [index, { schedule, factor }] of traces) {
    await writeTrace(folder, traceOf(schedule, index, factor));
  }
}

function syntheticExperiment(plan: SyntheticPlan, runs: readonly RunRecord[]): ExperimentRecord {
  const baseline = plan.arms[0]?.name ?? 'default';
  return {
    schema: 'schedlab.experiment/1',
    name: plan.name ?? plan.testIds[0] ?? 'nothing',
    created_at: '2026-11-22T16:39:00Z',
    status: 'complete',
    versions: { schedlab: '0.1.0', node: 'v20.20.2' },
    plan: {
      cases: plan.testIds.map((testId) => ({
        test_id: testId,
        name: `Case ${testId}`,
        short_tasks: SHORT_TASKS,
        long_tasks: plan.longTasks ?? 1,
      })),
      baseline,
      schedulers: plan.arms.map(({ name }) => ({
        name,
        object_sha256: name === 'default' ? null : 'ab'.repeat(32),
      })),
      runs: runs.map(({ index, block, test_id, scheduler }) => ({
        index,
        block,
        test_id,
        scheduler: scheduler.name,
      })),
      timeout_s: 120,
      scale: 1,
      monitor: true,
    },
    machine: {
      cpu_model: 'Imaginary CPU | 3000',
      cpus: 4,
      memory_bytes: 16 * 1024 ** 3,
      os: 'Debian GNU/Linux 13',
      kernel_release: '6.12.0-amd64',
    },
    place: {
      target: 'vm',
      cpus: plan.cpus ?? CPUS,
      memory_bytes: 2 * 1024 ** 3,
      kernel_release: '6.12.0',
      clock_source: 'kvm-clock',
      accelerator: 'kvm',
      qemu_version: '10.0.0',
      vcpu_limit: 0.45,
    },
    calibration: [],
    warnings: [{ code: 'steal_time', message: 'the host took 3 % of the time', run_index: 2 }],
    summaries: plan.testIds.flatMap((testId) =>
      plan.arms.map(({ name }) => syntheticSummary(runs, testId, name, baseline)),
    ),
  };
}
