// SPDX-License-Identifier: Apache-2.0
/** For the tests that run the installed commands, in a real guest, as a user does. */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { execa, execaSync } from 'execa';
import { expect, test as plainTest } from 'vitest';
import { packageRoot } from '../core/paths.ts';
import { findLibbpf } from '../machine/toolchain.ts';
import type { ExperimentRecord } from '../results/experiment-record.ts';
import type { RunRecord } from '../results/run-record.ts';
import type { Toolchain } from '../scheduler/build.ts';
import { findKernel } from '../targets/vm/parts.ts';
import { startInVm } from '../targets/vm/start.ts';

export interface Outcome {
  readonly status: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** A folder of a test's own, in which its commands run and keep their temporary files. */
export class Workbench {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async create(): Promise<Workbench> {
    return new Workbench(await mkdtemp(join(tmpdir(), 'schedlab-test-')));
  }

  start(command: string, args: readonly string[]) {
    return execa(process.execPath, [join(packageRoot, 'dist', `${command}.js`), ...args], {
      cwd: this.folder,
      env: { TMPDIR: this.folder },
      reject: false,
    });
  }

  async run(command: string, args: readonly string[]): Promise<Outcome> {
    const { exitCode, stdout, stderr } = await this.start(command, args);
    return { status: exitCode, stdout, stderr };
  }

  /**
   * Runs a comparison with `--json`, without warm-up runs, and gives its document along, with the
   * runs block by block in the order in which the arms were given.
   */
  async compare(
    args: readonly string[],
  ): Promise<Outcome & { experiment: ExperimentRecord & { folder: string; runs: RunRecord[] } }> {
    const outcome = await this.run('run-scheduler-tests', ['--warm-up', '0', ...args, '--json']);
    if (!outcome.stdout) throw new Error(`no answer, but: ${outcome.stderr}`);
    const experiment = JSON.parse(outcome.stdout);
    const { cases, schedulers } = experiment.plan as ExperimentRecord['plan'];
    const place = ({ test_id, block, scheduler }: RunRecord) => [
      cases.findIndex((entry) => entry.test_id === test_id),
      block,
      schedulers.findIndex(({ name }) => name === scheduler.name),
    ];
    const runs = (experiment.runs as RunRecord[])
      .map((run) => ({ run, key: place(run) }))
      .toSorted((a, b) => a.key.map((part, i) => part - (b.key[i] ?? 0)).find(Boolean) ?? 0)
      .map(({ run }) => run);
    return { ...outcome, experiment: { ...experiment, runs } };
  }

  /** Writes a file into the bench's folder; its path. */
  async file(name: string, text: string): Promise<string> {
    const path = join(this.folder, name);
    await writeFile(path, text);
    return path;
  }

  /** A case file with a case of short loops for each of `changes`, which replaces parts of it. */
  async caseFile(...changes: Record<string, unknown>[]): Promise<string> {
    const file = join(this.folder, 'cases.json');
    const loop = (rounds: number) => `i=0; while [ $i -lt ${rounds} ]; do i=$((i+1)); done`;
    const loops = {
      id: 'loops',
      name: 'Loops',
      description: 'shell loops',
      category: 'test',
      small_setup: [],
      large_setup: [],
      small_commands: [loop(5000)],
      large_commands: [loop(20000)],
      cleanup_commands: [],
      dependencies: [],
    };
    const cases = changes.length > 0 ? changes : [{}];
    const document = {
      configuration: { short_tasks: 5, long_tasks: 1, total_tasks: 6 },
      test_cases: cases.map((change) => ({ ...loops, ...change })),
      metadata: {},
    };
    await writeFile(file, JSON.stringify(document));
    return file;
  }

  /** What our commands have left behind on this machine; empty when all is well. */
  leftovers(): string[] {
    const script = join(packageRoot, 'scripts/check-promises.sh');
    const { stdout } = execaSync(script, [this.folder], { reject: false });
    return stdout.split('\n').filter(Boolean);
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** A test with a bench of its own, on which nothing of ours may be left behind. */
export const test = plainTest.extend<{ bench: Workbench }>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads there what a fixture needs
  bench: async ({}, use) => {
    const bench = await Workbench.create();
    await use(bench);
    expect(bench.leftovers()).toEqual([]);
    await bench.remove();
  },
});

/** Resolves when a stream has had a line that begins like this. */
export function lineBeginning(stream: NodeJS.ReadableStream, beginning: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const lines = createInterface({ input: stream });
    lines.on('line', (line) => line.startsWith(beginning) && resolve());
    lines.on('close', () => reject(new Error(`no line began with "${beginning}"`)));
  });
}

/** Before the test's own limit, so that the error says what hung. */
const GUEST_LIMIT_MS = 600_000;

/** Runs shell lines as root in a guest of their own, which sees `folder` as it is here. */
export async function runInGuest(
  folder: string,
  shellLines: string,
): Promise<{ status: number | null; stdout: string; stderr: string }> {
  const program = join(folder, 'in-guest.cjs');
  const lines = JSON.stringify(shellLines);
  await writeFile(
    program,
    `const { spawnSync } = require('node:child_process');
     const ended = spawnSync('/bin/sh', ['-e', '-c', ${lines}], { encoding: 'utf8' });
     const { status, stdout, stderr } = ended;
     process.stdout.write(JSON.stringify({ status, stdout, stderr }) + '\\n');`,
  );
  const options = { cpus: 2, memoryBytes: 2 * 2 ** 30, kernel: undefined };
  await using guest = await startInVm({ ...options, folders: [folder], program }, () => {});
  return (await guest.receive(GUEST_LIMIT_MS)) as Awaited<ReturnType<typeof runInGuest>>;
}

/** What builds schedulers for the guest's kernel. */
export async function guestToolchain(): Promise<Toolchain> {
  const [kernel, libbpfFolder] = await Promise.all([findKernel(undefined), findLibbpf()]);
  return {
    schedulersFolder: join(packageRoot, 'schedulers'),
    vmlinuxFolder: kernel.headerFolder,
    libbpfFolder,
    includeFolders: [],
  };
}

/** The compiled schedulers of a folder below schedulers/ that has a target of the same name. */
export async function buildTestSchedulers(folder: 'hostile' | 'compat-tests'): Promise<string> {
  return join(await makeSchedulers([folder]), folder);
}

/** Makes something of schedulers/ for the guest's kernel; returns the folder of what was built. */
export async function makeSchedulers(targets: readonly string[]): Promise<string> {
  const { schedulersFolder, vmlinuxFolder, libbpfFolder } = await guestToolchain();
  await execa('make', [
    ...['-C', schedulersFolder, `VMLINUX_DIR=${vmlinuxFolder}`],
    `LIBBPF_DIR=${libbpfFolder}`,
    ...targets,
  ]);
  return join(schedulersFolder, 'build');
}
