#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// usage: node scripts/soak.mjs [RUNS]   (500; about 3 s each)
// So many runs in one guest, and what our processes hold meanwhile: memory and file descriptors of
// the orchestrator (its heap, collected), the guest (its executor and loaders with it), QEMU and the
// file server.
// Exit status 0: all runs are valid, in one guest, and nothing grew. Needs root, like the guest.
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { linearRegression, median } from 'simple-statistics';
import { loop, writeLoopsCase } from './loops-case.mjs';

const blocks = Math.ceil(Number(process.argv[2] ?? 500) / 2);
const SAMPLE_MS = 2000;
/** Growth in the second half that is no noise of an allocator; in the first, caches and heaps fill. */
const MOST_GROWTH_BYTES = 24e6;
const root = resolve(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'soak-'));
writeLoopsCase(folder, { small_commands: [loop(1000)], large_commands: [loop(4000)] });

/** Its resident memory would tell when V8 thinks of collecting, rather than what is held. */
const heapFile = join(folder, 'heap');
const LOOK_AT_HEAP = `
  import { writeFileSync } from 'node:fs';
  setInterval(() => {
    gc();
    const { heapUsed, external } = process.memoryUsage();
    writeFileSync(${JSON.stringify(heapFile)}, String(heapUsed + external));
  }, ${SAMPLE_MS}).unref();`;

const child = spawn(
  process.execPath,
  [
    ...['--expose-gc', '--import', `data:text/javascript,${encodeURIComponent(LOOK_AT_HEAP)}`],
    join(root, 'dist/run-scheduler-tests.js'),
    ...['--cases', join(folder, 'cases.json'), '--all', '--target', 'vm', '--cpus', '2'],
    ...['--runs', String(blocks), '--schedulers', 'fifo', '--out', folder, '--json'],
  ],
  { stdio: ['ignore', 'pipe', 'pipe'] },
);
let answer = '';
let runsDone = 0;
child.stdout.on('data', (text) => {
  answer += text;
});
child.stderr.on('data', (text) => {
  runsDone += String(text).match(/^run \d+ of/gm)?.length ?? 0;
});
const samples = new Map();
const timer = setInterval(() => {
  // Until some runs are made, caches fill.
  if (runsDone < 20) return;
  for (const [name, pid] of [['orchestrator', child.pid], ...children(child.pid)]) {
    for (const [part, held] of Object.entries(holdings(name, pid))) {
      samples.set(part, [...(samples.get(part) ?? []), held]);
    }
  }
}, SAMPLE_MS);
const status = await new Promise((done) => {
  child.on('close', done);
});
clearInterval(timer);

const { runs = [] } = answer ? JSON.parse(answer) : {};
const valid = runs.filter((run) => run.status === 'success').length;
const boots = new Set(runs.map((run) => run.boot)).size;
console.log(`${valid} of ${runs.length} runs valid, in ${boots} guest; exit status ${status}`);
let grew = false;
for (const [name, all] of samples) {
  const list = all.slice(all.length / 2);
  const bytes = growth(list.map((held) => held.bytes));
  const files = growth(list.map((held) => held.files));
  grew ||= bytes > MOST_GROWTH_BYTES || files > 2;
  const typical = (median(list.map((held) => held.bytes)) / 1e6).toFixed(0);
  console.log(
    `${name}: ${typical} MB, ${(bytes / 1e6).toFixed(1)} MB more at the end than half-way; ` +
      `${median(list.map((held) => held.files))} files, ${files.toFixed(1)} more (${list.length} looks)`,
  );
}
const isClean = status === 0 && valid === runs.length && boots === 1 && !grew;
if (isClean) rmSync(folder, { recursive: true });
else console.error(`see ${folder}`);
process.exit(isClean ? 0 : 1);

/** From the first of these looks to the last, by the line through all. */
function growth(values) {
  return linearRegression(values.map((value, index) => [index, value])).m * (values.length - 1);
}

/** What a process holds, by part: a guest's memory is what QEMU shares with the file server. */
function holdings(name, pid) {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const bytes = (kind) => Number(new RegExp(`^${kind}:\\s+(\\d+)`, 'm').exec(status)?.[1]) * 1024;
    const files = readdirSync(`/proc/${pid}/fd`).length;
    if (pid === child.pid)
      return { [name]: { bytes: Number(readFileSync(heapFile, 'utf8')), files } };
    if (!name.startsWith('qemu')) return { [name]: { bytes: bytes('VmRSS'), files } };
    return {
      'the guest': { bytes: bytes('RssShmem'), files },
      [name]: { bytes: bytes('RssAnon') + bytes('RssFile'), files },
    };
  } catch {
    return {};
  }
}

/** The long-lived ones, by name. */
function children(pid) {
  const pids = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(/\s+/);
  return pids.filter(Boolean).flatMap((child) => {
    const name = /^Name:\s+(\S+)/m.exec(readFileSync(`/proc/${child}/status`, 'utf8'))?.[1] ?? '';
    return /^(qemu|virtiofsd)/.test(name) ? [[name, child]] : [];
  });
}
