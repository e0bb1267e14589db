// SPDX-License-Identifier: Apache-2.0
// Kills run-scheduler-tests (SIGKILL) at random moments and resumes it, until the experiment is
// complete, and checks that no run that had ended is lost or counted twice and that every document
// is valid after every kill. Needs root, like the guest.
// usage: node scripts/kill-and-resume.mjs [KILLS]   (default 20; about a quarter of a minute each)
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { loop, writeLoopsCase } from './loops-case.mjs';

const kills = Number(process.argv[2] ?? 20);
const LONGEST_LIFE_MS = 30_000;
/** Enough that the experiment is not over before the last kill. */
const RUNS_OF_EACH_ARM = Math.ceil(kills * 5);
const root = resolve(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'kill-and-resume-'));
writeLoopsCase(folder, { small_commands: [loop(5000)], large_commands: [loop(20000)] });

const fresh = [
  ...['--cases', join(folder, 'cases.json'), '--all', '--target', 'vm', '--cpus', '2'],
  ...['--runs', String(RUNS_OF_EACH_ARM), '--schedulers', 'fifo', '--out', join(folder, 'results')],
];
const announced = new Set();
const kept = new Map();
let killed = 0;
for (;;) {
  const experiment = storedFolder();
  const limitMs = killed < kills ? 500 + Math.random() * LONGEST_LIFE_MS : Number.POSITIVE_INFINITY;
  const wasKilled = await live(experiment ? ['--resume', experiment] : fresh, limitMs);
  check();
  if (!wasKilled) break;
  killed++;
  console.error(`kill ${killed} after ${(limitMs / 1000).toFixed(1)} s: ${kept.size} runs stored`);
}
if (killed < kills) fail(`the experiment was complete after ${killed} kills`);
const expected = 1 + 2 * RUNS_OF_EACH_ARM;
if (kept.size !== expected) fail(`${kept.size} runs are stored, not ${expected}`);
console.log(
  `${killed} kills, ${kept.size} runs: none lost of the ${announced.size} that had ended, none ` +
    'counted twice, every document valid',
);
rmSync(folder, { recursive: true });

/** One life of the command; true when it was killed. */
async function live(args, limitMs) {
  const child = spawn(process.execPath, [join(root, 'dist/run-scheduler-tests.js'), ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let last = '';
  createInterface({ input: child.stderr }).on('line', (line) => {
    last = line;
    const run = /^run (\d+) of/.exec(line)?.[1];
    if (run) announced.add(Number(run) - 1);
  });
  const timer = Number.isFinite(limitMs) ? setTimeout(() => child.kill('SIGKILL'), limitMs) : null;
  const [code, signal] = await new Promise((done) => {
    child.on('close', (...end) => done(end));
  });
  if (timer) clearTimeout(timer);
  if (signal !== 'SIGKILL' && code !== 0) fail(`the command ended with ${code}: ${last}`);
  return signal === 'SIGKILL';
}

/** What is stored is valid, has each announced run once, and no run has changed. */
function check() {
  const experiment = storedFolder();
  if (!experiment) return;
  const analysis = spawnSync(process.execPath, [join(root, 'dist/analyze.js'), experiment]);
  if (analysis.status !== 0) fail(`not valid: ${analysis.stderr}`);
  const lines = readFileSync(join(experiment, 'runs.ndjson'), 'utf8').split('\n').slice(0, -1);
  const seen = new Set();
  for (const line of lines) {
    const { index } = JSON.parse(line);
    if (seen.has(index)) fail(`run ${index} is stored twice`);
    seen.add(index);
    if (kept.has(index) && kept.get(index) !== line) fail(`run ${index} has changed`);
    kept.set(index, line);
  }
  for (const index of announced) if (!seen.has(index)) fail(`run ${index} is lost`);
}

/** The experiment's folder, once there is something to resume in it. */
function storedFolder() {
  try {
    const results = join(folder, 'results');
    const folders = readdirSync(results).map((name) => join(results, name));
    // Killed between making the folder and the first document, it has left an empty one.
    return folders.find((path) => existsSync(join(path, 'experiment.json'))) ?? null;
  } catch {
    return null;
  }
}

function fail(message) {
  console.error(`kill-and-resume: ${message}; see ${folder}`);
  process.exit(1);
}
