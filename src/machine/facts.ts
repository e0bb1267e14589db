// SPDX-License-Identifier: Apache-2.0
import { release } from 'node:os';
import type { Machine } from '../results/experiment-record.ts';

/** What the machine is that the command was given on. */
export async function machineFacts(): Promise<Machine> {
  const { default: si } = await import('systeminformation');
  const [cpu, memory, os] = await Promise.all([si.cpu(), si.mem(), si.osInfo()]);
  return {
    cpu_model: [cpu.manufacturer, cpu.brand].filter(Boolean).join(' '),
    cpus: cpu.cores,
    memory_bytes: memory.total,
    os: [os.distro, os.release].filter(Boolean).join(' '),
    kernel_release: release(),
  };
}
