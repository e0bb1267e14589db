// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { packageRoot } from '../../core/paths.ts';
import { readStoredExperiment, type StoredExperiment } from '../../results/read.ts';
import { traceFile } from '../../results/trace.ts';
import { storeSyntheticExperiment } from '../synthetic-experiment.test-data.ts';
import { htmlReport } from './html-report.ts';
import { readPageAssets, sourceHash } from './page-assets.ts';
import type { ReportData } from './report-data.ts';
import { addTraces } from './synthetic-trace.test-data.ts';

const ARMS = [
  { name: 'default', goodness: 0 },
  { name: 'long_first', goodness: 1 },
];
const MEGABYTE = 1e6;

let folder: string;
let traced: StoredExperiment;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'schedlab-html-'));
  const plan = { testIds: ['a', 'b'], arms: ARMS, blocks: 5 };
  traced = await addTraces(await storeSyntheticExperiment(join(folder, 'traced'), plan), {
    sliceUs: 20_000,
  });
});

afterAll(() => rm(folder, { recursive: true }));

function dataOf(page: string): ReportData {
  const text = /<script type="application\/json" id="report-data">(.*?)<\/script>/s.exec(page)?.[1];
  return JSON.parse(text ?? '') as ReportData;
}

test('begins with the answer, and says why, how, where and with which runs after it', async () => {
  const page = await htmlReport(traced);
  const order = ['id="answer"', 'id="why"', 'id="method"', 'id="place"', 'id="runs"'];
  const places = order.map((part) => page.indexOf(part));
  expect(places.every((place, at) => place > (places[at - 1] ?? 0))).toBe(true);
  const answer = page.slice(places[0], places[1]);
  expect(answer).toMatch(/<h1>Shorter makespan than the kernel&#39;s default in 2 of 2 cases/);
  expect(answer.match(/The limit/g)).toHaveLength(2);
  expect(answer).toContain('p, adjusted');
  expect(answer).toContain('Keep in mind');
  const why = page.slice(places[1], places[2]);
  expect(why).toContain('SCX_EV_SELECT_CPU_FALLBACK 12');
  expect(why).toMatch(/The long task waited.*CPUs idle while tasks waited/s);
});

test('embeds the traces of the representative runs first, then of the others', async () => {
  const { cases } = dataOf(await htmlReport(traced));
  for (const arm of cases.flatMap((shown) => shown.arms)) {
    expect(arm.timelines).toHaveLength(5);
    expect(arm.timelines.every(({ trace }) => trace !== null)).toBe(true);
  }
});

test('says which traces cannot be read, and shows bars for them', async () => {
  const plan = { testIds: ['a'], arms: ARMS, blocks: 3 };
  const stored = await addTraces(await storeSyntheticExperiment(join(folder, 'torn'), plan), {
    sliceUs: 50_000,
  });
  await writeFile(join(stored.folder, traceFile(0)), 'nonsense');
  await rm(join(stored.folder, traceFile(1)));
  const page = await htmlReport(stored);
  expect(page.match(/Cannot read the trace/g)).toHaveLength(2);
  const timelines = dataOf(page).cases.flatMap((shown) =>
    shown.arms.flatMap((arm) => arm.timelines),
  );
  expect(timelines.filter(({ trace }) => trace !== null)).toHaveLength(4);
});

test('says what was found of a scheduler, with the whole dump, as text', async () => {
  const diagnosis = { code: 'stalled', words: 'It <b>stalls</b>', advice: 'See to it' } as const;
  const dump = `<script>alert(1)</script>\n${'  R sh[1] -3200ms\n'.repeat(100)}`;
  const exit = { by: 'kernel', kind: 1026, reason: '', message: '', dump } as const;
  const runs = traced.runs.map((run) => ({ ...run, diagnosis, proof: { ...run.proof, exit } }));
  const page = await htmlReport({ ...traced, runs });
  const section = /<section id="findings".*?<\/section>/s.exec(page)?.[0] ?? '';
  expect(section.match(/<code>stalled<\/code>/g)).toHaveLength(2);
  expect(section).toContain('It &lt;b&gt;stalls&lt;/b&gt;');
  expect(section).toContain('<pre>&lt;script&gt;alert(1)&lt;/script&gt;\n  R sh[1]');
  expect(section.match(/-3200ms/g)).toHaveLength(200);
  expect(page).toMatch(/class="doubts".*It &lt;b&gt;stalls&lt;\/b&gt; \(stalled\)\./s);
  expect(await htmlReport(traced)).not.toContain('id="findings"');
});

test('does without all that older results lack', async () => {
  const page = await htmlReport(await readStoredExperiment(join(packageRoot, 'results', 'sample')));
  expect(page).toContain('the observer did not run');
  expect(page).toContain('In one sentence');
  const beforeScripts = page.slice(0, page.indexOf('id="report-data"'));
  expect(beforeScripts).not.toMatch(/undefined|NaN|\[object/);
});

test('does without valid runs, without runs, and without a second arm', async () => {
  const nothing = await storeSyntheticExperiment(join(folder, 'invalid'), {
    testIds: ['a'],
    arms: ARMS,
    blocks: 2,
    invalid: () => true,
  });
  expect(await htmlReport(nothing)).toContain('too few valid runs');
  const empty = { ...nothing.experiment, summaries: [], place: null, status: 'failed' as const };
  expect(await htmlReport({ ...nothing, experiment: empty, runs: [] })).toContain(
    'The experiment failed',
  );
  const alone = await storeSyntheticExperiment(join(folder, 'alone'), {
    testIds: ['a'],
    arms: [{ name: 'fifo', goodness: 1 }],
    blocks: 3,
  });
  expect(await htmlReport(alone)).toContain('no schedule of this work on these CPUs ends sooner');
});

test('says what has changed since the experiment that it was compared with', async () => {
  const comparison = {
    test_id: 'a',
    scheduler: 'long_first',
    improvement_then: 0.1,
    improvement_now: 0.4,
    change: 0.33,
    change_ci95: [0.3, 0.36],
    p_value: 0.01,
    p_value_adjusted: 0.02,
    verdict: 'faster' as const,
  };
  const against = { folder: 'results/then', created_at: '2026-11-20', comparisons: [comparison] };
  const page = await htmlReport({ ...traced, experiment: { ...traced.experiment, against } });
  expect(page).toContain('Against the experiment of 2026-11-20');
  expect(page).toMatch(/10\.0 %.*40\.0 %.*33\.0 %.*30\.0 to 36\.0 %/s);
});

test('allows its own script and style and nothing else', async () => {
  const page = await htmlReport(traced);
  const { script, style } = await readPageAssets();
  expect(page).toContain(`script-src ${sourceHash(script).replaceAll("'", '&#39;')}`);
  expect(page).toContain(`style-src ${sourceHash(style).replaceAll("'", '&#39;')}`);
  expect(page.match(/<\/script>/g)).toHaveLength(2);
  expect(page).not.toMatch(/(src|href)="(?!data:|#)/);
});

test('stays below 5 MB with 5,000 runs of 40 tasks', async () => {
  const arms = ['default', 'b', 'c', 'd', 'e'].map((name, i) => ({ name, goodness: i / 4 }));
  const testIds = Array.from({ length: 20 }, (_, i) => `case-${i}`);
  const small = await storeSyntheticExperiment(join(folder, 'large'), { testIds, arms, blocks: 1 });
  const runs = Array.from({ length: 50 }, (_, block) =>
    small.runs.map((run) => ({ ...run, block, index: block * small.runs.length + run.index })),
  ).flat();
  const stored = { ...small, runs };
  const before = process.memoryUsage().heapUsed;
  const started = performance.now();
  const page = await htmlReport(stored);
  const took = performance.now() - started;
  const used = (process.memoryUsage().heapUsed - before) / MEGABYTE;
  console.log(
    `5,000 runs: ${took.toFixed(0)} ms, ${used.toFixed(0)} MB, page ${(page.length / MEGABYTE).toFixed(2)} MB`,
  );
  expect(page.length).toBeLessThan(5 * MEGABYTE);
});
