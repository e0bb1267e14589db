// SPDX-License-Identifier: Apache-2.0

import type { TaskUser } from '../core/privileges.ts';
import type { Place } from '../results/experiment-record.ts';
import { CalibrationCache } from './calibration-cache.ts';
import type { Costs, PlannedCase, Units } from './protocol.ts';
import { type Outputs, referenceOutputs } from './reference.ts';
import type { ExperimentRequest } from './request.ts';

/** What is known of the cases' work: what it costs in the place of measurement, and its results. */
export class KnownWork {
  readonly #costs = new Map<string, Costs>();
  readonly #outputs = new Map<string, Promise<Outputs>>();
  readonly #cpuModel: string;
  readonly #fresh: boolean;
  readonly #user: TaskUser;

  /** @param request `fresh`: what an earlier experiment found out does not count */
  constructor(cpuModel: string, { fresh, user }: Pick<ExperimentRequest, 'fresh' | 'user'>) {
    this.#cpuModel = cpuModel;
    this.#fresh = fresh;
    this.#user = user;
  }

  /** What this experiment measured before a guest was replaced, else what an earlier one did. */
  async costsOf(planned: PlannedCase, place: Place): Promise<Costs | null> {
    if (!planned.work) return null;
    const known = this.#costs.get(planned.test_id);
    if (known || this.#fresh) return known ?? null;
    return this.#cacheOf(planned, place).read();
  }

  /** Keeps costs, those that were measured for later experiments, too. */
  async learn(planned: PlannedCase, place: Place, costs: Costs, reused: boolean): Promise<void> {
    this.#costs.set(planned.test_id, costs);
    if (!reused) await this.#cacheOf(planned, place).write(costs);
  }

  /**
   * What the tasks print when they do all of their work; null where that is not checked. Found when
   * it is first asked for, which is while the place of measurement waits: the next tasks are not
   * released before a run is recorded.
   */
  outputsOf(
    planned: PlannedCase,
    units: Units | null,
    signal: AbortSignal,
  ): Promise<Outputs | null> {
    if (!planned.checks_output) return Promise.resolve(null);
    let outputs = this.#outputs.get(planned.test_id);
    if (!outputs) {
      outputs = referenceOutputs(planned, units, this.#user, signal);
      this.#outputs.set(planned.test_id, outputs);
    }
    return outputs;
  }

  #cacheOf(planned: PlannedCase, place: Place): CalibrationCache {
    return new CalibrationCache(planned, place, this.#cpuModel);
  }
}
