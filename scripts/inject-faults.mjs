#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// usage: node scripts/inject-faults.mjs [EXPERIMENTS] [SEED] [host|vm]
// Does harm to as many experiments (200), one fault in each at a random moment, and checks after each
// that the machine is as it was (scripts/check-promises.sh), that what is stored can be read and has
// no run that is counted and wrong, and that the experiment can be resumed and completed. The same
// seed (1) gives the same faults. Needs root, like the guest.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { loop, writeLoopsCase } from './loops-case.mjs';

const experiments = Number(process.argv[2] ?? 200);
const seed = Number(process.argv[3] ?? 1);
const target = process.argv[4] ?? 'vm';
const root = resolve(import.meta.dirname, '..');
const LONGEST_MS = 300_000;
/** The fault comes within this time from the start: while building, booting, sizing or running. */
const WITHIN_MS = target === 'vm' ? 25_000 : 4_000;
const random = xoroshiro128plus(seed);
const below = (n) => (random.next() >>> 0) % n;

const folder = mkdtempSync(join(tmpdir(), 'inject-faults-'));
const temporary = join(folder, 'tmp');
writeLoopsCase(folder, {
  ...{ small_setup: ['echo x >input'], large_setup: ['echo x >input'], checks_output: true },
  ...{ small_commands: [`${loop(5000)}; echo $i`], large_commands: [`${loop(20000)}; echo $i`] },
});

/** The command has a terminal of its own, which is this process. */
const HAS_TERMINAL = 'close the terminal';

/** Each does one thing to the experiment of that process. */
const FAULTS = {
  [HAS_TERMINAL]: (pid) => signal(pid, 'SIGKILL'),
  'kill the orchestrator': (pid) => signal(pid, 'SIGKILL'),
  terminate: (pid) => signal(pid, 'SIGTERM'),
  interrupt: (pid) => signal(pid, 'SIGINT'),
  'hang up': (pid) => signal(pid, 'SIGHUP'),
  'interrupt twice': (pid) => {
    signal(pid, 'SIGINT');
    setTimeout(() => signal(pid, 'SIGINT'), 300);
  },
  'stop for 2 s': (pid) => pause([pid]),
  'kill a child': (pid) => {
    const children = descendants(pid);
    if (children.length > 0) signal(children[below(children.length)], 'SIGKILL');
  },
  'stop a child for 2 s': (pid) => {
    const children = descendants(pid);
    if (children.length > 0) pause([children[below(children.length)]]);
  },
  'fill the disk': () => {
    // The results' file system is small and of their own; see freshFolders().
    spawnSync('dd', ['if=/dev/zero', `of=${join(folder, 'results/ballast')}`, 'bs=64k']);
  },
  'take a file away': () => {
    const [experiment] = stored();
    if (experiment) rmSync(join(experiment, 'experiment.json'), { force: true });
  },
};

const done = new Map();
const problems = [];
for (let number = 1; number <= experiments; number++) {
  const names = Object.keys(FAULTS);
  const fault = names[below(names.length)];
  const afterMs = below(WITHIN_MS);
  freshFolders();
  const ended = await run(freshArguments(), fault, afterMs);
  const found = [...machineProblems(), ...storedProblems(fault), ...endProblems(ended)];
  rmSync(join(folder, 'results/ballast'), { force: true });
  if (found.length === 0) found.push(...(await resumeProblems(fault)));
  const moment = `${fault} after ${(afterMs / 1000).toFixed(1)} s`;
  for (const problem of found) problems.push(`experiment ${number}, ${moment}: ${problem}`);
  done.set(fault, (done.get(fault) ?? 0) + 1);
  console.error(`${number} of ${experiments}: ${moment}: ${found.join('; ') || 'as promised'}`);
}
spawnSync('umount', [join(folder, 'results')]);
for (const [fault, times] of done) console.log(`${times} times: ${fault}`);
console.log(`${experiments} faults injected (seed ${seed}), ${problems.length} promises broken`);
if (problems.length > 0) {
  console.error(problems.join('\n'));
  process.exit(1);
}
rmSync(folder, { recursive: true });

/** The results get a small file system of their own, so that filling it harms nobody else. */
function freshFolders() {
  spawnSync('umount', [join(folder, 'results')]);
  for (const name of ['results', 'tmp']) {
    rmSync(join(folder, name), { recursive: true, force: true });
    mkdirSync(join(folder, name));
  }
  const mounted = spawnSync('mount', [
    ...['-t', 'tmpfs', '-o', 'size=64m', 'tmpfs', join(folder, 'results')],
  ]);
  if (mounted.status !== 0) throw new Error(`cannot mount: ${mounted.stderr}`);
}

function freshArguments() {
  return [
    ...['--cases', join(folder, 'cases.json'), '--all', '--target', target, '--runs', '3'],
    ...['--schedulers', target === 'vm' ? 'fifo' : 'default', '--warm-up', '0'],
    ...['--out', join(folder, 'results'), ...(target === 'vm' ? ['--cpus', '2'] : [])],
  ];
}

/** How the command ended, after the fault (null: none) at that moment, if it still ran then. */
async function run(args, fault, afterMs) {
  const command = [process.execPath, join(root, 'dist/run-scheduler-tests.js'), ...args];
  const [program, ...rest] =
    fault === HAS_TERMINAL ? ['script', '-qec', command.join(' '), '/dev/null'] : command;
  const child = spawn(program, rest, {
    env: { ...process.env, TMPDIR: temporary },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (text) => {
    said += text;
  });
  const timer = fault && setTimeout(() => FAULTS[fault](child.pid), afterMs);
  const limit = setTimeout(() => signal(child.pid, 'SIGKILL'), LONGEST_MS);
  const [status, by] = await new Promise((resolve) => {
    child.on('exit', (...end) => resolve(end));
  });
  clearTimeout(timer);
  clearTimeout(limit);
  return { status, by, said };
}

function endProblems({ status, by, said }) {
  if (by !== null || [0, 1, 2, 3, 130].includes(status)) {
    return /\n\s+at .*:\d+:\d+/.test(said) ? [`a stack trace: ${said.slice(-800)}`] : [];
  }
  return [`it ended with ${status}: ${said.slice(-500)}`];
}

function machineProblems() {
  const check = spawnSync(join(root, 'scripts/check-promises.sh'), [temporary], {
    encoding: 'utf8',
  });
  return check.status === 0 ? [] : check.stdout.trim().split('\n');
}

/** Whatever is stored can be read, or is refused in words; and what is counted is right. */
function storedProblems(fault) {
  return stored().flatMap((experiment) => {
    const document = join(experiment, 'experiment.json');
    if (!existsSync(document)) return [];
    const analysis = spawnSync(process.execPath, [join(root, 'dist/analyze.js'), experiment], {
      encoding: 'utf8',
    });
    const isFull = fault === 'fill the disk';
    if (analysis.status !== 0 && !isFull) return [`analyze: ${analysis.stderr.slice(-500)}`];
    const wrong = linesOf(experiment).filter(
      ({ status, tasks, proof, scheduler }) =>
        status === 'success' &&
        (tasks.some((task) => task.exit_code !== 0) ||
          (scheduler.ops !== null && proof.after.ops !== scheduler.ops)),
    );
    return wrong.map(({ index }) => `run ${index} counts and is wrong`);
  });
}

function linesOf(experiment) {
  const file = join(experiment, 'runs.ndjson');
  if (!existsSync(file)) return [];
  // A line that was being written when the disk was full is no line.
  return readFileSync(file, 'utf8').split('\n').slice(0, -1).map(JSON.parse);
}

async function resumeProblems() {
  const [experiment] = stored().filter((path) => existsSync(join(path, 'experiment.json')));
  if (!experiment) return [];
  const { status } = JSON.parse(readFileSync(join(experiment, 'experiment.json'), 'utf8'));
  if (status === 'complete') return [];
  const before = linesOf(experiment).map((line) => JSON.stringify(line));
  const ended = await run(['--resume', experiment], null, 0);
  const runs = linesOf(experiment);
  const after = runs.map((line) => JSON.stringify(line));
  const lost = before.filter((line) => !after.includes(line));
  if (lost.length > 0) return [`${lost.length} runs are lost after --resume`];
  // 1 says that a run is kept and does not count, such as one whose process was killed.
  const unproven = runs.filter((run) => run.status !== 'success');
  if (ended.status !== 0 && !(ended.status === 1 && unproven.length > 0)) {
    return [`--resume ended with ${ended.status}: ${ended.said.slice(-500)}`];
  }
  return machineProblems();
}

function stored() {
  const results = join(folder, 'results');
  return readdirSync(results, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(results, name));
}

function signal(pid, name) {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended meanwhile.
  }
}

function pause(pids) {
  for (const pid of pids) signal(pid, 'SIGSTOP');
  // Not by a timer: we wait for other programs meanwhile.
  spawn('sh', ['-c', `sleep 2; kill -CONT ${pids.join(' ')}`], { stdio: 'ignore' });
}

function descendants(pid) {
  let children = [];
  try {
    const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
    children = text.trim().split(/\s+/).filter(Boolean).map(Number);
  } catch {
    return [];
  }
  return children.flatMap((child) => [child, ...descendants(child)]);
}
