// SPDX-License-Identifier: Apache-2.0
import Table from 'cli-table3';
import type { Command } from 'commander';
import {
  type Check,
  commandCheck,
  rootCheck,
  schedExtCheck,
  searchCheck,
} from '../machine/checks.ts';
import { findLibbpf } from '../machine/toolchain.ts';
import { findKernel, findQemu, findVirtiofsd } from '../targets/vm/parts.ts';
import { EXIT, type ExitStatus } from './exit-status.ts';
import { answer, type CliIo } from './io.ts';
import { addOutputOptions, type OutputOptions } from './options.ts';

interface Diagnosis {
  readonly works: { readonly host: boolean; readonly vm: boolean };
  readonly checks: readonly (Check & { readonly needed_for: string })[];
}

export function defineDoctor(command: Command, io: CliIo, done: (status: ExitStatus) => void) {
  addOutputOptions(command)
    .description('say what works here, what is missing, and the command that mends it')
    .action(async (options: OutputOptions) => done(await doctorCommand(options, io)));
}

/** Success when at least one target works. Fetches what the guest needs, as a first run would. */
async function doctorCommand(options: OutputOptions, io: CliIo): Promise<ExitStatus> {
  const diagnosis = await diagnose();
  answer(io, options.json ? JSON.stringify(diagnosis, null, 2) : diagnosisText(diagnosis));
  return diagnosis.works.host || diagnosis.works.vm ? EXIT.ok : EXIT.environment;
}

async function diagnose(): Promise<Diagnosis> {
  const both = await Promise.all([
    rootCheck(),
    commandCheck('make', ['make']),
    commandCheck('C compiler', ['cc', 'gcc']),
    commandCheck('clang', ['clang', ...Array.from({ length: 15 }, (_, i) => `clang-${30 - i}`)]),
    searchCheck('libbpf', async () => `below ${await findLibbpf()}`),
  ]);
  const host = [schedExtCheck(), await commandCheck('bpftool', ['bpftool', '/usr/sbin/bpftool'])];
  const vm = await Promise.all([
    searchCheck('QEMU', async () => {
      const { program, version } = await findQemu();
      return `${version} (${program})`;
    }),
    searchCheck('virtiofsd', async () => findVirtiofsd().program),
    commandCheck('setpriv', ['setpriv']),
    searchCheck('kernel', async () => (await findKernel(undefined)).image),
  ]);
  const works = (checks: readonly Check[]) => [...both, ...checks].every(({ ok }) => ok);
  const label = (checks: readonly Check[], needed_for: string) =>
    checks.map((check) => ({ ...check, needed_for }));
  return {
    works: { host: works(host), vm: works(vm) },
    checks: [...label(both, 'both'), ...label(host, 'host'), ...label(vm, 'vm')],
  };
}

function diagnosisText({ works, checks }: Diagnosis): string {
  const table = new Table({
    head: ['', 'what', 'for', 'found'],
    style: { head: [], border: [] },
    wordWrap: true,
    colWidths: [3, 12, 6, 90],
  });
  for (const { ok, name, needed_for, detail } of checks) {
    table.push([ok ? '✓' : '✗', name, needed_for, detail]);
  }
  const missing = checks.filter(({ ok }) => !ok);
  return [
    table.toString(),
    `--target vm (a disposable guest): ${works.vm ? 'works' : 'does not work yet'}`,
    `--target host (this kernel): ${works.host ? 'works' : 'does not work'}`,
    ...missing.map(({ name, needed_for, mend }) => `To mend ${name} (for ${needed_for}): ${mend}`),
  ].join('\n');
}
