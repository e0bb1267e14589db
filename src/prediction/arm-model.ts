// SPDX-License-Identifier: Apache-2.0
import { POLICIES, type Policy, TURNS, type Turns } from '../simulation/policies.ts';

/** Schedulers whose policy is simulated, whatever the case. */
const MODELS: ReadonlyMap<string, Policy> = new Map([
  ['default', 'fair'],
  ['vruntime', 'fair'],
  ['fifo', 'fifo'],
  ['learned', 'longest_first'],
]);

/**
 * The policy that stands for an arm: what `given` says of it, with its tunables or else without;
 * or that of our schedulers, where the one with the case's name knows the case's long task; or null.
 * @param arm as it is stored: `default`, `default #2`, `default:unobserved`, `fifo:slice_us=5000`
 */
export function modelOf(
  arm: string,
  testId: string,
  given: ReadonlyMap<string, Policy>,
): Policy | null {
  const written = arm.replace(/ #2$/, '');
  const [scheduler = ''] = written.split(':');
  return (
    given.get(written) ??
    given.get(scheduler) ??
    MODELS.get(scheduler) ??
    (scheduler === testId ? 'longest_first' : null)
  );
}

/** The turns of a scheduler with these tunables, each `NAME=VALUE`. */
export function turnsOf(tunables: readonly string[] = []): Turns {
  const values = new Map(tunables.map((tunable) => tunable.split('=') as [string, string]));
  const ns = (name: string, otherwise: number) => {
    // As the kernel holds it: less than one would never come to an end.
    const text = values.get(name) ?? '';
    const us = /^\d+$/.test(text) ? Number(text) : 0;
    return us > 0 && Number.isSafeInteger(us * 1000) ? us * 1000 : otherwise;
  };
  return {
    ...TURNS,
    fifoNs: ns('slice_us', TURNS.fifoNs),
    longNs: ns('long_slice_us', TURNS.longNs),
    shortNs: ns('short_slice_us', TURNS.shortNs),
  };
}

export function isPolicy(text: string): text is Policy {
  return (POLICIES as readonly string[]).includes(text);
}
