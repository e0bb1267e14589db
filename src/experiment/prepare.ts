// SPDX-License-Identifier: Apache-2.0
import { mkdir, rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { TestCase } from '../cases/case-file.ts';
import { type PreparedGroup, prepareCase } from '../cases/prepare.ts';
import { assertNever } from '../core/assert-never.ts';
import { LabError } from '../core/errors.ts';
import { makeOwnedFolder } from '../core/owned-folder.ts';
import { cacheRoot, packageRoot } from '../core/paths.ts';
import { runCommand } from '../core/run-command.ts';
import { schedExtObstacle } from '../machine/sched-ext.ts';
import { findLibbpf } from '../machine/toolchain.ts';
import type { Warning } from '../results/experiment-record.ts';
import type { Tunable } from '../results/tuning-record.ts';
import { buildLoader, buildScheduler, type Toolchain } from '../scheduler/build.ts';
import { armName, type CompiledSpec, needsSchedExt, parseScheduler } from '../scheduler/spec.ts';
import { findKernel } from '../targets/vm/parts.ts';
import { prepareObserver } from './prepare-observer.ts';
import type { Plan, PlannedCase, PlannedScheduler } from './protocol.ts';
import type { ExperimentRequest } from './request.ts';
import { listTasks } from './task-list.ts';

export interface PreparedScheduler {
  readonly planned: PlannedScheduler;
  /** Of the object; null where there is none. */
  readonly sha256: string | null;
}

export interface Prepared {
  /** Hold all that the plan refers to, but for the loader and the gate. */
  readonly folders: readonly string[];
  readonly gate: string;
  /** Null where files are fast to open. */
  readonly fileWatcher: string | null;
  readonly loader: string | null;
  readonly observer: Plan['observer'];
  readonly schedulers: readonly PreparedScheduler[];
  readonly cases: readonly PlannedCase[];
  readonly warnings: readonly Warning[];
}

/**
 * The host when it can do all that is asked: the kernel's own scheduler needs nothing special, but
 * for others a host with fewer CPUs cannot be had, because they see those that the tasks may not use.
 * @throws LabError USAGE for what cannot be an arm, ENVIRONMENT for what the host cannot do
 */
export function chooseTarget(
  { target, hostCpus }: Pick<ExperimentRequest, 'target' | 'hostCpus'>,
  specs: readonly string[],
  machineCpus = availableParallelism(),
): 'host' | 'vm' {
  const isSchedExt = specs.map(parseScheduler).some(needsSchedExt);
  const obstacle =
    hostCpus !== undefined && hostCpus > machineCpus
      ? `it has ${machineCpus} CPUs, not ${hostCpus}`
      : isSchedExt
        ? schedExtObstacle()
        : null;
  const isConfined = hostCpus !== undefined && hostCpus < machineCpus;
  switch (target) {
    case 'vm':
      return 'vm';
    case 'auto':
      return obstacle || (isSchedExt && isConfined) ? 'vm' : 'host';
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
  const programs = await buildPrograms();
  const tools = new BuildTools(() => findToolchain(request, target));
  const schedulers: PreparedScheduler[] = [];
  for (const spec of specs) {
    schedulers.push(await prepareScheduler(spec, tools, workFolder));
  }
  const warnings: Warning[] = [];
  const observer = request.observe
    ? await prepareObserver(
        target,
        () => tools.toolchain(),
        workFolder,
        (warning) => warnings.push(warning),
      )
    : null;
  const cases: PlannedCase[] = [];
  for (const testCase of request.cases) {
    cases.push(await planCase(testCase, request, signal));
  }
  return {
    folders: [
      request.caseFile.folder,
      cacheRoot(),
      ...schedulers.flatMap(({ planned }) => (planned.kind === 'command' ? [planned.folder] : [])),
    ],
    gate: join(programs, 'gate'),
    fileWatcher: target === 'vm' ? join(programs, 'opened_files') : null,
    loader: (await tools.loader) ?? null,
    observer,
    schedulers,
    cases,
    warnings,
  };
}

/** A folder for what is prepared, gone afterwards. */
export async function makeWorkFolder(): Promise<AsyncDisposable & { path: string }> {
  const parent = join(cacheRoot(), 'work');
  await mkdir(parent, { recursive: true });
  const path = await makeOwnedFolder(parent, 'run-');
  return {
    path,
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  };
}

/**
 * What can be set of a scheduler, which is built for it as it will be for the place of measurement.
 * @throws LabError for what cannot be built or set
 */
export async function tunablesOf(
  spec: CompiledSpec,
  request: Pick<ExperimentRequest, 'includeFolders' | 'vm'>,
  target: 'host' | 'vm',
): Promise<readonly Tunable[]> {
  await using work = await makeWorkFolder();
  const tools = new BuildTools(() => findToolchain(request, target));
  const { toolchain, loader } = await tools.withLoader();
  return (await buildScheduler(spec, loader, toolchain, work.path)).tunables;
}

/** What builds schedulers, looked for when the first is to be built. */
class BuildTools {
  loader: Promise<string> | undefined;
  #toolchain: Promise<Toolchain> | undefined;
  readonly #find: () => Promise<Toolchain>;

  constructor(find: () => Promise<Toolchain>) {
    this.#find = find;
  }

  toolchain(): Promise<Toolchain> {
    this.#toolchain ??= this.#find();
    return this.#toolchain;
  }

  async withLoader(): Promise<{ toolchain: Toolchain; loader: string }> {
    const toolchain = await this.toolchain();
    this.loader ??= buildLoader(toolchain);
    return { toolchain, loader: await this.loader };
  }
}

async function prepareScheduler(
  written: string,
  tools: BuildTools,
  folder: string,
): Promise<PreparedScheduler> {
  const spec = parseScheduler(written);
  const name = armName(spec, written);
  switch (spec.kind) {
    case 'default':
      return { planned: { ...spec, name }, sha256: null };
    case 'policy':
      return { planned: { ...spec, name }, sha256: null };
    case 'command':
      return { planned: { name, ...planCommand(spec.commandLine) }, sha256: null };
    case 'named':
    case 'source':
    case 'object': {
      const { toolchain, loader } = await tools.withLoader();
      const { object, sha256, keepsHistory } = await buildScheduler(
        spec,
        loader,
        toolchain,
        folder,
      );
      const history = keepsHistory ? '' : null;
      return {
        planned: { kind: 'object', name, object, tunables: spec.tunables, history },
        sha256,
      };
    }
    default:
      return assertNever(spec);
  }
}

/** As it would run here and now, wherever it will. */
function planCommand(commandLine: string) {
  return {
    kind: 'command' as const,
    command_line: commandLine,
    folder: process.cwd(),
    path: process.env.PATH ?? '',
  };
}

async function planCase(
  testCase: TestCase,
  request: ExperimentRequest,
  signal: AbortSignal,
): Promise<PlannedCase> {
  const folder = request.caseFile.folder;
  const options = { originalCwd: folder, fresh: request.fresh, user: request.user, signal };
  const prepared = await prepareCase(testCase, options);
  const { work } = testCase;
  return {
    test_id: testCase.id,
    original_cwd: folder,
    groups: testCase.groups.map(({ id, class: taskClass }, place) => {
      const { folder, shellLines } = prepared[place] as PreparedGroup;
      return { id, class: taskClass, folder, shell_lines: shellLines };
    }),
    tasks: listTasks(testCase, request.scale),
    work: work
      ? { short_cpu_s: work.short_cpu_s * request.scale, skew: work.skew ?? 'balanced' }
      : null,
    costs: null,
    units: null,
    shares_input: testCase.shares_input ?? false,
    checks_output: testCase.checks_output ?? false,
    cleanup: testCase.cleanup_commands,
  };
}

async function findToolchain(
  request: Pick<ExperimentRequest, 'includeFolders' | 'vm'>,
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

/** Builds what runs beside the tasks; the folder with the programs. */
async function buildPrograms(): Promise<string> {
  const folder = join(packageRoot, 'assets', 'gate');
  const result = await runCommand('make', ['--no-print-directory', '-C', folder]);
  if (!result.failed) return join(folder, 'build');
  throw new LabError(
    'ENVIRONMENT',
    `Cannot build the gate (${result.ending}):\n${result.all.slice(-2000)}\n` +
      'It needs make and a C compiler: scripts/install-deps.sh installs them.',
  );
}
