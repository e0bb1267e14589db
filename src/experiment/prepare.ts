// SPDX-License-Identifier: Apache-2.0
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestCase } from '../cases/case-file.ts';
import { missingDependencies } from '../cases/dependencies.ts';
import { prepareCase } from '../cases/prepare.ts';
import { LabError } from '../core/errors.ts';
import { cacheRoot, packageRoot } from '../core/paths.ts';
import { runCommand } from '../core/run-command.ts';
import { schedExtObstacle } from '../machine/sched-ext.ts';
import { findLibbpf } from '../machine/toolchain.ts';
import {
  type BuiltScheduler,
  buildLoader,
  buildScheduler,
  type Toolchain,
} from '../scheduler/build.ts';
import { DEFAULT_SCHEDULER } from '../scheduler/spec.ts';
import { findKernel } from '../targets/vm/parts.ts';
import type { PlannedCase } from './protocol.ts';
import type { ExperimentRequest } from './request.ts';

export interface Prepared {
  /** Holds all that the plan refers to, but for the loader and the gate. */
  readonly folder: string;
  readonly gate: string;
  readonly loader: string | null;
  readonly schedulers: readonly BuiltScheduler[];
  readonly cases: readonly PlannedCase[];
}

/** The host when it can do all that is asked: the kernel's own scheduler needs nothing special. */
export function chooseTarget(
  target: ExperimentRequest['target'],
  specs: readonly string[],
): 'host' | 'vm' {
  const obstacle = specs.every((spec) => spec === DEFAULT_SCHEDULER) ? null : schedExtObstacle();
  switch (target) {
    case 'vm':
      return 'vm';
    case 'auto':
      return obstacle ? 'vm' : 'host';
    case 'host':
      if (!obstacle) return 'host';
      throw new LabError(
        'ENVIRONMENT',
        `Cannot measure on this machine itself: ${obstacle}. Use --target vm.`,
      );
  }
}

/** Builds and prepares all that the plan refers to. */
export async function prepare(
  request: ExperimentRequest,
  specs: readonly string[],
  target: 'host' | 'vm',
  workFolder: string,
  signal: AbortSignal,
): Promise<Prepared> {
  const gate = await buildGate();
  const needsLoader = specs.some((spec) => spec !== DEFAULT_SCHEDULER);
  const toolchain = needsLoader ? await findToolchain(request, target) : null;
  const loader = toolchain ? await buildLoader(toolchain) : null;
  const schedulers: BuiltScheduler[] = [];
  for (const spec of specs) {
    schedulers.push(
      toolchain && loader
        ? await buildScheduler(spec, loader, toolchain, workFolder)
        : { name: DEFAULT_SCHEDULER, object: null, sha256: null, tunables: [] },
    );
  }
  const cases: PlannedCase[] = [];
  for (const testCase of request.cases) {
    cases.push(await planCase(testCase, request, workFolder, signal));
  }
  return {
    folder: workFolder,
    gate,
    loader,
    schedulers,
    cases,
  };
}

/** A folder for what is prepared, gone afterwards. */
export async function makeWorkFolder(): Promise<AsyncDisposable & { path: string }> {
  const parent = join(cacheRoot(), 'work');
  await mkdir(parent, { recursive: true });
  const path = await mkdtemp(join(parent, 'run-'));
  return {
    path,
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  };
}

async function planCase(
  testCase: TestCase,
  request: ExperimentRequest,
  workFolder: string,
  signal: AbortSignal,
): Promise<PlannedCase> {
  const missing = await missingDependencies(testCase.dependencies);
  if (missing.length > 0) {
    throw new LabError(
      'ENVIRONMENT',
      `The case ${testCase.id} needs ${missing.join(', ')}. Install it with scripts/install-deps.sh.`,
    );
  }
  const folder = request.caseFile.folder;
  const prepared = await prepareCase(testCase, folder, workFolder, signal);
  const { work } = testCase;
  return {
    test_id: testCase.id,
    original_cwd: folder,
    short: plannedClass(prepared.short, request.shortTasks),
    long: plannedClass(prepared.long, request.longTasks),
    work: work ? { ...work, short_cpu_s: work.short_cpu_s * request.scale } : null,
    units: null,
    cleanup: testCase.cleanup_commands,
  };
}

function plannedClass(prepared: { folder: string; shellLines: string }, count: number) {
  return { count, folder: prepared.folder, shell_lines: prepared.shellLines };
}

async function findToolchain(
  request: ExperimentRequest,
  target: 'host' | 'vm',
): Promise<Toolchain> {
  const kernel = target === 'vm' ? await findKernel(request.vm.kernel) : null;
  // An image of the user's own brings no header; objects relocate to it from another kernel's.
  const headers = kernel && kernel.headerFolder === null ? await findKernel(undefined) : kernel;
  return {
    schedulersFolder: join(packageRoot, 'schedulers'),
    vmlinuxFolder: headers?.headerFolder ?? null,
    libbpfFolder: await findLibbpf(),
    includeFolders: request.includeFolders,
  };
}

async function buildGate(): Promise<string> {
  const folder = join(packageRoot, 'assets', 'gate');
  const result = await runCommand('make', ['--no-print-directory', '-C', folder]);
  if (!result.failed) return join(folder, 'build', 'gate');
  throw new LabError(
    'ENVIRONMENT',
    `Cannot build the gate (${result.ending}):\n${result.all.slice(-2000)}\n` +
      'It needs make and a C compiler: scripts/install-deps.sh installs them.',
  );
}
