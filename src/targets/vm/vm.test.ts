// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { groupOf } from '../../core/control-group.ts';
import { virtiofsdArguments } from './parts.ts';
import { hiddenFolders, qemuArguments } from './qemu-arguments.ts';
import { vcpuShare } from './vcpu-limit.ts';

const SPEC = {
  kernelImage: '/k/vmlinuz',
  cpus: 4,
  memoryBytes: 2 ** 31,
  accelerator: 'tcg',
  init: '/a folder/init.sh',
  environment: { LAB_NODE: '/a folder/node' },
  fsSocket: '/s/fs.sock',
  consoleFile: '/s/console.log',
  dataFolders: ['/q/share'],
  firmware: '/q/share/small.rom',
} as const;

function flagValue(args: readonly string[], flag: string): string | undefined {
  return args[args.indexOf(flag) + 1];
}

test('describes a guest to QEMU', () => {
  const args = qemuArguments(SPEC);
  expect(flagValue(args, '-smp')).toBe('4');
  expect(flagValue(args, '-m')).toBe('2048M');
  expect(flagValue(args, '-accel')).toBe('tcg,thread=multi');
  expect(flagValue(args, '-bios')).toBe('/q/share/small.rom');
  expect(qemuArguments({ ...SPEC, firmware: null })).not.toContain('-bios');
  expect(flagValue(args, '-append')).toContain('init="/a folder/init.sh"');
  expect(flagValue(args, '-append')).toContain('LAB_NODE="/a folder/node"');
  expect(flagValue(qemuArguments({ ...SPEC, accelerator: 'kvm' }), '-accel')).toBe('kvm');
});

test('virtual CPUs are limited only when there are more of them than CPUs', () => {
  expect(vcpuShare(2, 2)).toBeNull();
  expect(vcpuShare(4, 8)).toBeNull();
  expect(vcpuShare(4, 2)).toBeCloseTo(0.4);
});

test('names the folders that the guest would not see', () => {
  expect(hiddenFolders(['/home/x', '/tmp', '/tmp/x', '/tmp/x', '/tmpfoo', '/run/y'])).toEqual([
    '/tmp/x',
    '/run/y',
    '/tmp',
  ]);
});

test('speaks both dialects of virtiofsd', () => {
  expect(virtiofsdArguments('c', '/s').join(' ')).toContain('-o source=/');
  expect(virtiofsdArguments('rust', '/s')).toContain('--shared-dir=/');
});

test('finds its control group, whatever the name has in it', () => {
  const lines = [
    '4:cpuset:/x',
    '3:cpu,cpuacct:/kubepods:cri-containerd:ab c',
    '0::/user.slice',
    '',
  ];
  expect(groupOf(lines.join('\n'), 'cpu')).toBe('/kubepods:cri-containerd:ab c');
  expect(groupOf('0::/user.slice\n', 'cpu')).toBe('/');
  expect(() => groupOf('3:cpu:/../..\n', 'cpu')).toThrow(/outside of what we may see/);
});
