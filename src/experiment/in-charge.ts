// SPDX-License-Identifier: Apache-2.0
import type { KernelState } from '../results/run-record.ts';

/** True when the kernel runs exactly this scheduler; null is the kernel's own. */
export function inCharge(state: KernelState, wanted: { readonly ops: string } | null): boolean {
  if (!wanted) return state.state === 'disabled' || state.state === 'unsupported';
  return state.state === 'enabled' && state.ops === wanted.ops;
}
