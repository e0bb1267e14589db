// SPDX-License-Identifier: Apache-2.0
import { LabError } from '../core/errors.ts';
import type { Tunable, TuningRecord } from '../results/tuning-record.ts';
import { armName, type CompiledSpec, parseScheduler, writeWith } from '../scheduler/spec.ts';
import type { Setting } from './tuning-grid.ts';
import type { TuningRequest } from './tuning-request.ts';

/**
 * The scheduler that is to be tuned.
 * @throws LabError USAGE for one without tunables
 */
export function compiledSpec(written: string): CompiledSpec {
  const spec = parseScheduler(written);
  if (spec.kind === 'named' || spec.kind === 'source' || spec.kind === 'object') return spec;
  throw new LabError(
    'USAGE',
    `"${written}" has no tunables: name a scheduler in schedulers/, a .bpf.c or a .bpf.o.`,
  );
}

/** A tuning in which nothing has been measured: the incumbent, and an arm for each setting. */
export function newTuning(
  { common, scheduler, seed, maxTimeS }: TuningRequest,
  spec: CompiledSpec,
  tunables: readonly Tunable[],
  settings: readonly Setting[],
): TuningRecord {
  const named = (written: string) => ({
    scheduler: armName(parseScheduler(written), written),
    written,
  });
  return {
    schema: 'schedlab.tuning/1',
    created_at: new Date().toISOString(),
    status: 'running',
    test_id: common.cases[0]?.id ?? '',
    incumbent: named(scheduler),
    candidates: settings.map((setting) => named(writeWith(spec, assignments(tunables, setting)))),
    tunables: [...tunables],
    seed,
    max_time_s: maxTimeS,
    rounds: [],
    final: null,
    answer: null,
  };
}

/** All that differs from what the source says: a candidate keeps what the incumbent sets. */
function assignments(tunables: readonly Tunable[], setting: Setting): string[] {
  return tunables.flatMap(({ name, value, default: written }) => {
    const wanted = setting.get(name) ?? value;
    return wanted === written ? [] : [`${name}=${wanted}`];
  });
}
