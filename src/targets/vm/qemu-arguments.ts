// SPDX-License-Identifier: Apache-2.0

export type Accelerator = 'kvm' | 'tcg';

export interface VmSpec {
  readonly kernelImage: string;
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly accelerator: Accelerator;
  /** The program that becomes process 1, as the guest sees it. */
  readonly init: string;
  /** Handed to init in its environment. Values without quotation marks. */
  readonly environment: Readonly<Record<string, string>>;
  readonly fsSocket: string;
  readonly consoleFile: string;
  /** Folders with QEMU's own data, for one that is not installed. */
  readonly dataFolders: readonly string[];
  /** Null for QEMU's own. */
  readonly firmware: string | null;
}

/** Arguments for the guest; everything that can go wrong here can be tested without booting one. */
export function qemuArguments(spec: VmSpec): string[] {
  return [
    ...['-name', 'schedlab,debug-threads=on', '-nodefaults', '-no-user-config', '-no-reboot'],
    ...spec.dataFolders.flatMap((folder) => ['-L', folder]),
    ...(spec.firmware === null ? [] : ['-bios', spec.firmware]),
    ...['-display', 'none'],
    ...['-machine', 'q35,memory-backend=memory'],
    ...['-accel', spec.accelerator === 'kvm' ? 'kvm' : 'tcg,thread=multi'],
    ...['-cpu', spec.accelerator === 'kvm' ? 'host' : 'max'],
    ...['-smp', String(spec.cpus), '-m', `${spec.memoryBytes / 2 ** 20}M`],
    // virtiofsd needs the guest's memory in a file that it can map.
    ...['-object', `memory-backend-memfd,id=memory,size=${spec.memoryBytes},share=on`],
    ...['-chardev', `socket,id=fs,path=${spec.fsSocket}`],
    ...['-device', 'vhost-user-fs-pci,chardev=fs,tag=hostroot'],
    // The plan comes in on our standard input, the events go out on standard output.
    ...['-chardev', 'stdio,id=plan,signal=off', '-device', 'virtio-serial-pci'],
    ...['-device', 'virtserialport,chardev=plan,name=schedlab'],
    ...['-serial', `file:${spec.consoleFile}`],
    ...['-kernel', spec.kernelImage, '-append', kernelCommandLine(spec)],
  ];
}

function kernelCommandLine(spec: VmSpec): string {
  const environment = Object.entries(spec.environment).map(([name, value]) => `${name}="${value}"`);
  return [
    'rootfstype=virtiofs root=hostroot ro',
    `init="${spec.init}"`,
    // A guest that panics ends at once, with -no-reboot.
    'console=ttyS0 quiet panic=-1',
    // Guards against hostile neighbours; under emulation they make every system call many times dearer.
    'mitigations=off',
    // Housekeeping that would take CPU time while tasks run: memory statistics, pressure figures.
    'damon_stat.enabled=N psi=0',
    ...environment,
  ].join(' ');
}

/** Where the guest mounts memory, so that programs may write there; the host's content is hidden. */
const COVERED = ['/tmp', '/var/tmp', '/run', '/dev/shm'];

/** Of the folders that the guest must see, those that would be hidden; what is in another, before it. */
export function hiddenFolders(folders: readonly string[]): string[] {
  const hidden = folders.filter((folder) =>
    COVERED.some((covered) => folder === covered || folder.startsWith(`${covered}/`)),
  );
  return [...new Set(hidden)].toSorted((a, b) => b.length - a.length);
}
