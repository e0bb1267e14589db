// SPDX-License-Identifier: Apache-2.0
import type { JsonLinesChild } from '../core/json-lines-child.ts';

/** What a target knows of the place; the executor itself reports the rest. */
export interface PlaceFacts {
  readonly target: 'host' | 'vm';
  readonly accelerator: string | null;
  readonly qemu_version: string | null;
  /** Share of a host CPU that each virtual one may use while tasks run; null is no limit. */
  readonly vcpu_limit: number | null;
}

/** A running executor: the plan goes in, events come out, whatever lies between. */
export interface Connection extends AsyncDisposable {
  readonly facts: PlaceFacts;
  send(message: object): void;
  /**
   * The next event, unchecked; null when there will be none.
   * @throws LabError GUEST when the place has died or says nothing for `limitMs`
   */
  receive(limitMs: number): Promise<unknown>;
  /** Makes every CPU as fast as every other, whatever they do, until `releaseSpeed`. */
  holdSpeed(): void;
  releaseSpeed(): void;
}

export const SILENT = Symbol('silent');

/** The child's next line, or SILENT when it says nothing for `limitMs`. */
export async function nextLine(
  child: JsonLinesChild,
  limitMs: number,
): Promise<Record<string, unknown> | null | typeof SILENT> {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<typeof SILENT>((resolve) => {
    timer = setTimeout(() => resolve(SILENT), limitMs);
  });
  try {
    return await Promise.race([child.next(), silence]);
  } finally {
    clearTimeout(timer);
  }
}
