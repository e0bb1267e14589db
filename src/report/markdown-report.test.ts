// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { StoredExperiment } from '../results/read.ts';
import { markdownReport } from './markdown-report.ts';
import { storeSyntheticExperiment } from './synthetic-experiment.test-data.ts';

let folder: string;
let stored: StoredExperiment;
let lines: string[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'schedlab-report-'));
  stored = await storeSyntheticExperiment(folder, {
    testIds: ['ctest_suite'],
    arms: [
      { name: 'default', goodness: 0 },
      { name: 'long|first', goodness: 1 },
    ],
    blocks: 6,
    invalid: ({ scheduler, block }) => scheduler !== 'default' && block === 2,
  });
  lines = markdownReport(stored, [{ title: 'A | b', path: 'charts/a b.png' }]).split('\n');
});

afterAll(() => rm(folder, { recursive: true }));

test('begins with the verdict', () => {
  expect(lines[2]).toMatch(
    /^\*\*ctest_suite: \d+\.\d % less makespan than the kernel's default \(95 % CI .*\)\.\*\*$/,
  );
  expect(lines[4]).toContain('by the sign-flip test');
});

test('lists every arm with its valid runs, makespan, ratio, completions and improvement', () => {
  const rows = lines.filter((line) => line.startsWith('| ctest_suite |'));
  expect(rows).toHaveLength(2);
  expect(rows[0]).toContain('| default (baseline) | 6 / 6 |');
  expect(rows[1]).toContain('| long\\|first | 5 / 6 |');
  expect(rows[1]).toMatch(/\| \d+\.\d % \[\d+\.\d, \d+\.\d\] \| 43\.0 % \| faster \|$/);
});

test('gives each invalid run with its reasons, escaped and on one line', () => {
  expect(lines).toContain(
    '| 5 | ctest_suite | long\\|first | invalid | scheduler_ejected: it \\| was &lt;gone&gt; \\`at\\` the end |',
  );
});

test('says what was found of a scheduler, with the dump that it cannot break out of', () => {
  const diagnosis = { code: 'stalled', words: 'It <b>stalls</b>', advice: 'See *to* it.' } as const;
  const dump = `\`\`\`\n</details> <script>\n${'  R sh[1] -3200ms\n'.repeat(100)}`;
  const exit = { by: 'kernel', kind: 1026, reason: '', message: '', dump } as const;
  const runs = stored.runs.map((run) =>
    run.index === 5 ? { ...run, diagnosis, proof: { ...run.proof, exit } } : run,
  );
  const text = markdownReport({ ...stored, runs }, []);
  const found = text.slice(text.indexOf('## What was found'), text.indexOf('## Outliers'));
  expect(found).toContain(
    '- long\\|first (`stalled`, run 5): It &lt;b&gt;stalls&lt;/b&gt;. See \\*to\\* it.',
  );
  const [, fence, body] = /\n(`{4,})text\n(.*?)\n\1\n/s.exec(found) ?? [];
  expect(fence).toBe('````');
  expect(body?.split('\n')).toHaveLength(61);
  expect(body).toMatch(/\n… 42 more lines$/);
  expect(text).toContain('| long\\|first | invalid | stalled: It &lt;b&gt;stalls&lt;/b&gt; |');
  expect(markdownReport(stored, [])).not.toContain('What was found');
});

test('names warnings, machine, place and kernel', () => {
  const text = lines.join('\n');
  expect(text).toContain('- steal_time (run 2): the host took 3 % of the time');
  expect(text).toContain('Imaginary CPU \\| 3000, 4 CPUs, 16 GiB');
  expect(text).toContain('QEMU 10.0.0 with kvm, each at most 45.0 % of a CPU');
  expect(text).toContain('| Kernel of the runs | 6.12.0 |');
});

test('links the charts', () => {
  expect(lines).toContain('![A \\| b](charts/a%20b.png)');
});

test('gives every row of a table as many cells as its head', () => {
  const cells = (line: string) => line.replaceAll('\\|', '').split('|').length;
  lines.forEach((line, i) => {
    const previous = lines[i - 1] ?? '';
    if (line.startsWith('|') && previous.startsWith('|')) expect(cells(line)).toBe(cells(previous));
  });
});

test('says what has changed since the experiment that it was compared with', () => {
  const comparison = {
    test_id: 'ctest_suite',
    scheduler: 'long|first',
    improvement_then: 0.4,
    improvement_now: 0.1,
    change: -0.5,
    change_ci95: [-0.6, -0.4],
    p_value: 0.0001,
    p_value_adjusted: 0.0002,
    verdict: 'slower' as const,
  };
  const against = { folder: 'a|b', created_at: '2026-11-20', comparisons: [comparison] };
  const text = markdownReport({ ...stored, experiment: { ...stored.experiment, against } }, []);
  expect(text).toContain('Against the experiment of 2026-11-20 (a\\|b), each held');
  expect(text).toContain(
    '| ctest_suite | long\\|first | 40.0 % | 10.0 % | −50.0 % [−60.0, −40.0] | p &lt; 0.001 | slower |',
  );
});

test('says when the experiment was cut short, and does without any results', () => {
  const experiment = { ...stored.experiment, status: 'interrupted' as const, summaries: [] };
  const text = markdownReport(
    { ...stored, experiment: { ...experiment, place: null }, runs: [] },
    [],
  );
  expect(text).toContain('nothing was measured');
  expect(text).toContain('The experiment was interrupted');
  expect(text).not.toContain('undefined');
});

test('has neither class table nor gap where nothing was observed', () => {
  expect(lines.join('\n')).not.toMatch(/Fairness \||Busiest CPU|Outliers/);
});

test('shows classes, gap and outliers, and folds what is not the answer', async () => {
  const observed = await storeSyntheticExperiment(join(folder, 'observed'), {
    testIds: ['a|b'],
    arms: [
      { name: 'default', goodness: 0 },
      { name: 'long_first', goodness: 1 },
    ],
    blocks: 5,
    observed: true,
  });
  const experiment = {
    ...observed.experiment,
    case_ends: [{ test_id: 'a|b', blocks: 5, reason: 'max_time' as const }],
  };
  const charts = ['improvement', 'timeline-a', 'waits-a'].map((name) => ({
    title: name,
    path: `charts/${name}.png`,
  }));
  const text = markdownReport({ ...observed, experiment }, charts);
  expect(text).toContain('- a\\|b: 5 blocks, then the time was up.');
  expect(text).toMatch(/\| a\\\|b \| default \| short \| \d[^|]* s \| \d[^|]* s \| 0\.930 \|/);
  expect(text).toMatch(/\| a\\\|b \| long_first \| long \|/);
  expect(text).toMatch(/\| a\\\|b \| default \| 4\.\d+ s \| 0\.00100 s \|/);
  expect(text).toMatch(/\| 7 \| a\\\|b \| long_first \| 5\.20 \| the host took 9 % of the time \|/);
  const more = text.indexOf('<summary>More charts</summary>');
  expect(text.indexOf('timeline-a.png')).toBeLessThan(more);
  expect(text.indexOf('waits-a.png')).toBeGreaterThan(more);
  expect(text.split('<details>')).toHaveLength(4);
});
