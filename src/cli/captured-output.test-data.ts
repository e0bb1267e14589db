// SPDX-License-Identifier: Apache-2.0
import { vi } from 'vitest';

export interface CapturedOutput {
  stdout: string;
  stderr: string;
}

/** Collects what this process writes, instead of it being written, until `vi.restoreAllMocks()`. */
export function captureOutput(): CapturedOutput {
  const output = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    vi.spyOn(process[stream], 'write').mockImplementation((text) => {
      output[stream] += text;
      return true;
    });
  }
  return output;
}
