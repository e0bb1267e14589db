// SPDX-License-Identifier: Apache-2.0

/** Light enough for the executor. */
export function observerUnavailable(reason: string): { code: string; message: string } {
  const message = `The runs are measured without looking into them: ${reason}`;
  return { code: 'observer_unavailable', message };
}
