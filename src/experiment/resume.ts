// SPDX-License-Identifier: Apache-2.0
import { dirname } from 'node:path';
import {
  hasOwnCounts,
  readCaseFile,
  selectCases,
  type TestCase,
  withCounts,
} from '../cases/case-file.ts';
import { LabError } from '../core/errors.ts';
import { findTaskUser } from '../machine/task-user.ts';
import { type ExperimentPlan, LONGEST_WATCHDOG_S } from '../results/experiment-record.ts';
import type { StoredExperiment } from '../results/read.ts';
import { OWN_SCHEDULER } from '../scheduler/spec.ts';
import { TASK_PROCESSES } from '../tasks/task-groups.ts';
import type { ExperimentRequest } from './request.ts';

/**
 * The request that an experiment was made from, to go on where it stopped.
 * @throws LabError USAGE when there is nothing to go on with, INVALID_INPUT when it does not say
 */
export async function requestToResume(stored: StoredExperiment): Promise<ExperimentRequest> {
  const { folder, experiment } = stored;
  if (experiment.status === 'complete') {
    throw new LabError('USAGE', `${folder} is complete; "analyze ${folder}" shows it.`);
  }
  return { ...(await storedRequest(stored)), resume: stored };
}

/**
 * What an experiment was made from.
 * @throws LabError INVALID_INPUT when it does not say
 */
export async function storedRequest({
  folder,
  experiment,
}: StoredExperiment): Promise<ExperimentRequest> {
  const { plan } = experiment;
  if (!plan.request || !plan.rule) {
    const message = `Cannot resume ${folder}: a schedlab that did not know --resume made it.`;
    throw new LabError('INVALID_INPUT', message);
  }
  const { request } = plan;
  const caseFile = await readCaseFile(request.case_file);
  const cases = selectCases(
    caseFile,
    plan.cases.map(({ test_id }) => test_id),
  ).map((testCase) => withStoredCounts(testCase, plan));
  const [first] = plan.cases;
  const warmUps = plan.runs.filter(
    (run) =>
      run.warm_up && run.test_id === (first?.test_id ?? '') && run.scheduler === plan.baseline,
  ).length;
  return {
    name: experiment.name,
    caseFile,
    cases,
    baseline: request.baseline,
    schedulers: request.schedulers ?? [OWN_SCHEDULER],
    includeFolders: request.include_folders,
    rule: plan.rule,
    warmUps,
    scale: plan.scale,
    timeoutS: plan.timeout_s,
    user: request.user ?? (await findTaskUser(undefined)),
    taskLimits: {
      processes: request.task_processes ?? TASK_PROCESSES,
      ...(request.task_memory_bytes == null ? {} : { memoryBytes: request.task_memory_bytes }),
    },
    monitor: plan.monitor,
    callbackTimes: plan.callback_times ?? false,
    watchdogS: plan.watchdog_s ?? LONGEST_WATCHDOG_S,
    observe: plan.observe ?? false,
    fresh: false,
    target: request.target,
    vm: {
      cpus: request.cpus,
      memoryBytes: request.memory_bytes,
      ...(request.kernel === null ? {} : { kernel: request.kernel }),
    },
    ...(request.host_cpus === undefined ? {} : { hostCpus: request.host_cpus }),
    out: dirname(folder),
  };
}

/** With --short or --long it had other numbers of tasks than the case file says. */
function withStoredCounts(testCase: TestCase, plan: ExperimentPlan): TestCase {
  const stored = plan.cases.find(({ test_id }) => test_id === testCase.id);
  if (!stored || hasOwnCounts(testCase)) return testCase;
  return withCounts(testCase, { short: stored.short_tasks, long: stored.long_tasks });
}
