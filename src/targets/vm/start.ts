// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import { LabError } from '../../core/errors.ts';
import { packageRoot } from '../../core/paths.ts';
import type { Connection } from '../connection.ts';
import { findAccelerator } from './accelerator.ts';
import { Guest } from './boot.ts';
import { findKernel, findQemu, findVirtiofsd, isUnsafeUnderEmulation } from './parts.ts';
import { hiddenFolders } from './qemu-arguments.ts';

export interface VmOptions {
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly kernel: string | undefined;
  /** Folders of this machine that the plan refers to. */
  readonly folders: readonly string[];
  /** The JavaScript that is run there, as root; without it, the executor. */
  readonly program?: string;
}

/** A setting that could not be had, to be stored with the result. */
export interface TargetWarning {
  readonly code: string;
  readonly message: string;
}

/** Starts the executor in a disposable guest on this machine's root file system. */
export async function startInVm(
  options: VmOptions,
  warn: (warning: TargetWarning) => void,
): Promise<Connection> {
  if (process.getuid?.() !== 0) {
    throw new LabError('ENVIRONMENT', 'The guest needs root (for virtiofsd): run with sudo.');
  }
  const [kernel, qemu] = await Promise.all([findKernel(options.kernel), findQemu()]);
  const spec = {
    kernelImage: kernel.image,
    cpus: options.cpus,
    memoryBytes: options.memoryBytes,
    init: join(packageRoot, 'src/targets/vm/guest-init.sh'),
    qemu,
    virtiofsd: findVirtiofsd(),
  };
  const accelerator = await findAccelerator(spec);
  if (accelerator === 'tcg' && isUnsafeUnderEmulation(qemu)) {
    warn({
      code: 'unsafe_qemu',
      message: `QEMU ${qemu.version} may kill guests under emulation; 9 or newer does not.`,
    });
  }
  const guest = await Guest.start({
    ...spec,
    accelerator,
    environment: {
      LAB_NODE: process.execPath,
      LAB_EXECUTOR: options.program ?? join(packageRoot, 'dist/executor.js'),
      ...(kernel.overlayModule ? { LAB_OVERLAY: kernel.overlayModule } : {}),
      ...(kernel.configFile ? { LAB_CONFIG: kernel.configFile } : {}),
      LAB_FOLDERS: hiddenFolders([packageRoot, ...options.folders]).join(':'),
    },
  });
  if (guest.limitProblem) {
    warn({
      code: 'vcpus_not_limited',
      message: `The virtual CPUs have no constant speed: ${guest.limitProblem}`,
    });
  }
  return connect(guest, accelerator, qemu.version);
}

function connect(guest: Guest, accelerator: string, qemuVersion: string): Connection {
  return {
    facts: {
      target: 'vm',
      accelerator,
      qemu_version: qemuVersion,
      vcpu_limit: guest.limitProblem ? null : guest.vcpuShare,
    },
    send: (message) => guest.send(message),
    async receive(limitMs) {
      const line = await guest.receive(limitMs);
      if (line === null) throw await guest.lost('ended', 'The guest ended before it was done.');
      return line;
    },
    holdSpeed: () => guest.limitVcpus(true),
    releaseSpeed: () => guest.limitVcpus(false),
    usedCpuS: () => guest.usedCpuS(),
    async [Symbol.asyncDispose]() {
      guest.send({ command: 'stop' });
      await guest[Symbol.asyncDispose]();
    },
  };
}
