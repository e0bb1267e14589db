// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import { LabError } from '../core/errors.ts';
import { JsonLinesChild } from '../core/json-lines-child.ts';
import { packageRoot } from '../core/paths.ts';
import { type Connection, nextLine, SILENT, treeCpuS } from './connection.ts';

const STOP_TIMEOUT_MS = 30_000;

/** Starts the executor on this machine, under the kernel that runs here. */
export async function startOnHost(): Promise<Connection> {
  const child = await JsonLinesChild.start(process.execPath, [
    join(packageRoot, 'dist', 'executor.js'),
  ]);
  return {
    facts: { target: 'host', accelerator: null, qemu_version: null, vcpu_limit: null },
    send: (message) => child.stdin.write(`${JSON.stringify(message)}\n`),
    async receive(limitMs) {
      const line = await nextLine(child, limitMs);
      if (line !== SILENT) return line;
      throw new LabError(
        'EXECUTOR',
        `The executor on this machine said nothing for ${limitMs / 1000} s. ${child.stderr.trim()}`,
      );
    },
    holdSpeed() {},
    releaseSpeed() {},
    usedCpuS: () => treeCpuS(child.pid),
    async [Symbol.asyncDispose]() {
      // The end of its input stops it, and it cleans up after itself.
      child.stdin.end();
      const kill = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
      await child.ended;
      clearTimeout(kill);
    },
  };
}
