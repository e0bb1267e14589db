// SPDX-License-Identifier: Apache-2.0
import type { StoredRun } from '../results/read.ts';
import type { Diagnosis } from '../results/run-record.ts';

/** What was found of a scheduler, once for all the runs that show it. */
export interface Finding {
  readonly scheduler: string;
  /** The first run's. */
  readonly diagnosis: Diagnosis;
  /** Their indexes. */
  readonly runs: readonly number[];
  /** What the kernel wrote when it ended the first of them; null where it did not. */
  readonly dump: string | null;
}

/** In the order in which they were first seen. */
export function findings(runs: readonly StoredRun[]): Finding[] {
  const found = new Map<string, Finding>();
  for (const { index, scheduler, diagnosis, proof } of runs) {
    if (!diagnosis) continue;
    const key = JSON.stringify([scheduler.name, diagnosis.code]);
    const before = found.get(key);
    found.set(key, {
      scheduler: scheduler.name,
      diagnosis: before?.diagnosis ?? diagnosis,
      runs: [...(before?.runs ?? []), index],
      dump: before?.dump ?? proof.exit?.dump ?? null,
    });
  }
  return [...found.values()];
}

/** `run 3`, `runs 3, 5, 7` */
export function runsInWords(runs: readonly number[]): string {
  return `${runs.length === 1 ? 'run' : 'runs'} ${runs.join(', ')}`;
}

/** The kernel's dump without backtraces and counters: which tasks ran, which waited and where. */
export function shortDump(dump: string): string {
  return dump
    .replace(/^Event counters\n[\s\S]*/m, '')
    .replaceAll(/^Backtrace:\n|^ +\S+\+0x[0-9a-f]+\/0x[0-9a-f]+\n/gm, '')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim();
}

/**
 * Why a run does not count, for people: what is wrong with its scheduler stands for the reasons
 * that say the same, among them the verifier's whole log.
 */
export function whyInvalid({
  diagnosis,
  invalid_reasons: reasons,
}: Pick<StoredRun, 'diagnosis' | 'invalid_reasons'>): string[] {
  const ofScheduler = reasons.filter((reason) => reason.startsWith('scheduler_'));
  if (!diagnosis || ofScheduler.length === 0) return [...reasons];
  const others = reasons.filter((reason) => !ofScheduler.includes(reason));
  return [`${diagnosis.code}: ${diagnosis.words}`, ...others];
}
