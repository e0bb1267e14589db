// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { cpus, release } from 'node:os';
import { dirname, join } from 'node:path';
import { cacheRoot } from '../../core/paths.ts';
import { Guest, type GuestSpec } from './boot.ts';
import type { Accelerator } from './qemu-arguments.ts';

const PROBE_LIMIT_MS = 10_000;

/**
 * KVM where a guest really comes up with it, else emulation: /dev/kvm may open and still not run a
 * guest. The answer is kept for this machine, kernel and QEMU.
 */
export async function findAccelerator(
  spec: Omit<GuestSpec, 'accelerator' | 'environment'>,
): Promise<Accelerator> {
  if (!existsSync('/dev/kvm')) return 'tcg';
  const file = join(cacheRoot(), 'accelerator.json');
  const key = [cpus()[0]?.model, release(), spec.qemu.version, spec.kernelImage].join('|');
  const known = await readAnswers(file);
  const answer = known[key] ?? ((await comesUpWithKvm(spec)) ? 'kvm' : 'tcg');
  if (!known[key]) {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, JSON.stringify({ ...known, [key]: answer }, null, 2));
  }
  return answer;
}

async function comesUpWithKvm(
  spec: Omit<GuestSpec, 'accelerator' | 'environment'>,
): Promise<boolean> {
  try {
    await using guest = await Guest.start({
      ...spec,
      accelerator: 'kvm',
      environment: { LAB_PROBE: '1' },
    });
    const line = await guest.receive(PROBE_LIMIT_MS).catch(() => null);
    if (line === null) guest.kill();
    return line !== null;
  } catch {
    // QEMU itself gave up: then it is emulation, and if that fails too, its error is shown.
    return false;
  }
}

async function readAnswers(file: string): Promise<Record<string, Accelerator>> {
  return parseAnswers(await readFile(file, 'utf8').catch(() => '{}'));
}

/** What of it is an answer. */
export function parseAnswers(text: string): Record<string, Accelerator> {
  try {
    const value = JSON.parse(text) as Record<string, unknown>;
    return Object.fromEntries(
      Object.entries(value).filter(
        (entry): entry is [string, Accelerator] => entry[1] === 'kvm' || entry[1] === 'tcg',
      ),
    );
  } catch {
    // A cache that cannot be read is made anew.
    return {};
  }
}
