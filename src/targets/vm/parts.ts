// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DebianSuite } from '../../core/debian.ts';
import { LabError } from '../../core/errors.ts';
import { cacheRoot } from '../../core/paths.ts';
import { runCommand } from '../../core/run-command.ts';

/** Debian's first suite with a sched_ext kernel; later kernels appear there first. */
const KERNEL_SUITE = 'trixie-backports';
const KERNEL_META_PACKAGE = 'linux-image-cloud-amd64';
/** Before that, multi-threaded emulation kills guests that load schedulers. */
const FIRST_SAFE_QEMU = 9;

export interface Kernel {
  readonly image: string;
  /** Holds vmlinux.h; null for an image that the user gave. */
  readonly headerFolder: string | null;
  /** Overlayfs as a module; null for an image that the user gave, which may have it built in. */
  readonly overlayModule: string | null;
  /** Its configuration, for schedulers that ask for `CONFIG_…`; null for an image of the user's. */
  readonly configFile: string | null;
}

export interface Qemu {
  readonly program: string;
  readonly version: string;
  readonly dataFolders: readonly string[];
  /** One that only starts a kernel, and so sooner; null where QEMU came without. */
  readonly firmware: string | null;
}

export interface Virtiofsd {
  readonly program: string;
  /** Debian 12 has the older C program, with options of its own. */
  readonly dialect: 'c' | 'rust';
}

/**
 * The guest's kernel: from the cache, else fetched.
 * @param which a path to an image, a version ("7.3", "7.3.4"), "latest", or nothing: the newest
 *   one in the cache, and where there is none the latest
 */
export async function findKernel(which: string | undefined): Promise<Kernel> {
  if (which?.includes('/')) {
    if (existsSync(which))
      return { image: which, headerFolder: null, overlayModule: null, configFile: null };
    throw new LabError('ENVIRONMENT', `There is no kernel image ${which}.`);
  }
  if (which !== 'latest') {
    const cached = (await cachedKernels()).filter((version) => !which || version.startsWith(which));
    const newest = cached.at(-1);
    if (newest) return kernelIn(newest);
  }
  return fetchKernel(which === 'latest' ? undefined : which);
}

/** Versions in the cache, oldest first. */
export async function cachedKernels(): Promise<string[]> {
  const names = await readdir(join(cacheRoot(), 'kernels')).catch(() => []);
  const complete = names.filter(isComplete);
  return complete.sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
}

async function fetchKernel(which: string | undefined): Promise<Kernel> {
  const suite = new DebianSuite(KERNEL_SUITE);
  const names = await suite.dependencies(KERNEL_META_PACKAGE);
  const image = names.find((name) => /^linux-image-\d/.test(name));
  const release = image?.replace('linux-image-', '');
  if (!release || (which && !release.startsWith(which))) {
    throw new LabError(
      'ENVIRONMENT',
      `Debian's ${KERNEL_SUITE} has the kernel ${release ?? '(none)'}, not ${which ?? 'any'}. ` +
        'Give an image of your own: --kernel PATH.',
    );
  }
  const packages = [
    `linux-binary-${release}`,
    `linux-modules-${release}`,
    `linux-headers-${release}`,
    'linux-bpf-dev',
  ];
  // What an earlier version fetched lacks some of it.
  if (!isComplete(release)) await rm(kernelFolder(release), { recursive: true, force: true });
  await suite.unpack(packages, kernelFolder(release));
  return kernelIn(release);
}

function kernelFolder(release: string): string {
  return join(cacheRoot(), 'kernels', release);
}

function imageIn(release: string): string {
  return join(kernelFolder(release), 'usr/lib/modules', release, 'vmlinuz');
}

function isComplete(release: string): boolean {
  return [imageIn, overlayIn, configIn].every((place) => existsSync(place(release)));
}

function configIn(release: string): string {
  return join(kernelFolder(release), `usr/src/linux-headers-${release}/.config`);
}

function overlayIn(release: string): string {
  const modules = join(kernelFolder(release), 'usr/lib/modules', release);
  return join(modules, 'kernel/fs/overlayfs/overlay.ko.xz');
}

function kernelIn(release: string): Kernel {
  const headers = 'usr/include/x86_64-linux-gnu/linux/bpf';
  return {
    image: imageIn(release),
    headerFolder: join(kernelFolder(release), headers),
    overlayModule: overlayIn(release),
    configFile: configIn(release),
  };
}

/** The machine's QEMU, or where that is too old to be safe and Debian has a newer one, that. */
export async function findQemu(): Promise<Qemu> {
  const installed = await qemuVersion('qemu-system-x86_64');
  if (!installed) {
    throw new LabError(
      'ENVIRONMENT',
      'The guest needs qemu-system-x86_64. Install it with scripts/install-deps.sh.',
    );
  }
  const parts = { program: 'qemu-system-x86_64', version: installed, dataFolders: [] };
  const system = withFirmware('/usr/share/qemu', parts);
  if (Number.parseInt(installed, 10) >= FIRST_SAFE_QEMU) return system;
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '');
  return release.includes('VERSION_CODENAME=bookworm')
    ? unpackedQemu('bookworm-backports')
    : system;
}

/** A QEMU in a folder of its own, beside the libraries that the machine's brings. */
async function unpackedQemu(suiteName: string): Promise<Qemu> {
  const folder = join(cacheRoot(), 'qemu', suiteName);
  await new DebianSuite(suiteName).unpack(
    ['qemu-system-x86', 'qemu-system-data', 'seabios'],
    folder,
  );
  const program = join(folder, 'usr/bin/qemu-system-x86_64');
  const version = await qemuVersion(program);
  if (!version) {
    throw new LabError(
      'ENVIRONMENT',
      `${program} does not run. Remove ${folder} and try again, or run scripts/install-deps.sh.`,
    );
  }
  const data = join(folder, 'usr/share/qemu');
  const dataFolders = [data, join(folder, 'usr/share/seabios')];
  return withFirmware(data, { program, version, dataFolders });
}

function withFirmware(dataFolder: string, qemu: Omit<Qemu, 'firmware'>): Qemu {
  const qboot = join(dataFolder, 'qboot.rom');
  return { ...qemu, firmware: existsSync(qboot) ? qboot : null };
}

export async function qemuVersion(program: string): Promise<string | null> {
  const { failed, stdout } = await runCommand(program, ['--version']);
  return failed ? null : (/version (\d+\.\d+(\.\d+)?)/.exec(stdout)?.[1] ?? null);
}

/** True when this QEMU may kill guests under emulation. */
export function isUnsafeUnderEmulation(qemu: Qemu): boolean {
  return Number.parseInt(qemu.version, 10) < FIRST_SAFE_QEMU;
}

export function findVirtiofsd(): Virtiofsd {
  const candidates: Virtiofsd[] = [
    { program: '/usr/libexec/virtiofsd', dialect: 'rust' },
    { program: '/usr/lib/virtiofsd', dialect: 'rust' },
    { program: '/usr/lib/qemu/virtiofsd', dialect: 'c' },
  ];
  const found = candidates.find(({ program }) => existsSync(program));
  if (found) return found;
  throw new LabError(
    'ENVIRONMENT',
    "The guest needs virtiofsd to see this machine's files. Install it with scripts/install-deps.sh.",
  );
}

/** Arguments that share `/` on `socket`. */
export function virtiofsdArguments(dialect: Virtiofsd['dialect'], socket: string): string[] {
  return dialect === 'c'
    ? [`--socket-path=${socket}`, '-o', 'source=/,cache=always,sandbox=chroot']
    : [
        `--socket-path=${socket}`,
        '--shared-dir=/',
        '--cache=always',
        '--sandbox=chroot',
        // Overlayfs refuses folders that are marked as mounts of the host.
        '--no-announce-submounts',
        // Raising the limit needs a capability that root may lack; the present one is enough.
        '--rlimit-nofile=0',
      ];
}
