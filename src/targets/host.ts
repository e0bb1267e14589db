// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import { LabError } from '../core/errors.ts';
import { JsonLinesChild } from '../core/json-lines-child.ts';
import { packageRoot } from '../core/paths.ts';
import { type Connection, nextLine, SILENT, silenceOf, treeCpuS } from './connection.ts';
import { allowedCpus, cpuList } from './cpu-set.ts';

const STOP_TIMEOUT_MS = 30_000;

/**
 * Starts the executor on this machine, under the kernel that runs here.
 * @param cpus the executor and all that it starts may use so many of our CPUs, the first ones;
 *   undefined: all. It is their affinity, which ends with them: a CPU that was taken off line would
 *   stay so when we are killed, and be missing in others' affinities and control groups for ever.
 */
export async function startOnHost(cpus: number | undefined): Promise<Connection> {
  const allowed = allowedCpus();
  const list = cpus !== undefined && cpus < allowed.length ? cpuList(allowed.slice(0, cpus)) : null;
  const executor = [process.execPath, join(packageRoot, 'dist', 'executor.js')];
  const [program = '', ...args] = list ? ['taskset', '--cpu-list', list, ...executor] : executor;
  const child = await JsonLinesChild.start(program, args);
  return {
    facts: {
      target: 'host',
      accelerator: null,
      qemu_version: null,
      vcpu_limit: null,
      ...(list ? { cpu_list: list } : {}),
    },
    send: (message) => child.stdin.write(`${JSON.stringify(message)}\n`),
    async receive(limitMs) {
      const line = await nextLine(child, limitMs);
      if (line !== SILENT) return line;
      throw new LabError(
        'EXECUTOR',
        `${silenceOf('The executor on this machine', limitMs)} ${child.stderr.trim()}`,
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
