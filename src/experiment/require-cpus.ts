// SPDX-License-Identifier: Apache-2.0
import { LabError } from '../core/errors.ts';
import type { Place } from '../results/experiment-record.ts';
import type { ExperimentRequest } from './request.ts';

/**
 * A virtual CPU may fail to come up, and a control group may leave fewer of a host's.
 * @throws LabError GUEST, where another one may do, or ENVIRONMENT
 */
export function requireCpus(
  { vm, hostCpus }: Pick<ExperimentRequest, 'vm' | 'hostCpus'>,
  { target, cpus }: Pick<Place, 'target' | 'cpus'>,
): void {
  const wanted = target === 'vm' ? vm.cpus : (hostCpus ?? cpus);
  if (cpus === wanted) return;
  const message = `The place of measurement has ${cpus} CPUs, not ${wanted}.`;
  throw new LabError(target === 'vm' ? 'GUEST' : 'ENVIRONMENT', message);
}
