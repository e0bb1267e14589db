// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { packageRoot } from '../core/paths.ts';
import { storeSyntheticExperiment } from '../report/synthetic-experiment.test-data.ts';
import type { CpuSweep } from '../results/cpu-sweep.ts';
import type { StoredExperiment } from '../results/read.ts';
import { sweepDocument, sweepText } from './cpu-sweep-result.ts';
import { EXIT, worstStatus } from './exit-status.ts';
import { main } from './main.ts';
import { cpuCounts } from './options.ts';

const ARMS = [
  { name: 'default', goodness: 0 },
  { name: 'long_first', goodness: 1 },
];

let folder: string;
let sweep: CpuSweep;
let parts: StoredExperiment[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sweep-'));
  const record = { schema: 'schedlab.sweep/1', name: 'a', created_at: '', cpus: [4, 2] } as const;
  sweep = { folder, record: { ...record, cpus: [...record.cpus] } };
  const plan = { testIds: ['a'], arms: ARMS, blocks: 4 };
  parts = await Promise.all(
    [4, 2].map((cpus) =>
      storeSyntheticExperiment(join(folder, String(cpus)), {
        ...plan,
        cpus,
        invalid: ({ block }) => cpus === 2 && block === 0,
      }),
    ),
  );
});
afterAll(() => rm(folder, { recursive: true }));
afterEach(() => {
  vi.restoreAllMocks();
});

test.each([
  ['4', [4]],
  ['1,2,4,8', [1, 2, 4, 8]],
  ['8,2', [8, 2]],
])('--cpus %s', (text, counts) => {
  expect(cpuCounts(text)).toEqual(counts);
});

test.each([
  ['', /whole number/],
  ['0', /whole number/],
  ['1,', /whole number/],
  ['1, 2', /whole number/],
  ['2.5', /whole number/],
  ['2,4,2', /twice/],
])('--cpus "%s" is refused', (text, why) => {
  expect(() => cpuCounts(text)).toThrow(why);
});

test('a sweep ends like the worst of its parts', () => {
  expect(worstStatus([EXIT.ok, EXIT.ok])).toBe(EXIT.ok);
  expect(worstStatus([EXIT.ok, EXIT.environment])).toBe(EXIT.environment);
  // As within an experiment: what was measured wrongly is worse than what was left out.
  expect(worstStatus([EXIT.environment, EXIT.invalid, EXIT.ok])).toBe(EXIT.invalid);
  expect(worstStatus([EXIT.interrupted, EXIT.invalid])).toBe(EXIT.interrupted);
});

test('the answer has a line for each count, what was invalid, and where all of it is', () => {
  const lines = sweepText(sweep, parts, ['x.png']).split('\n');
  const [two, four] = lines.filter((line) => /^│ \d/.test(line));
  expect(two).toMatch(
    /^│ 2 CPUs +│ 1\.\d{3} \[.* │ long_first +│ 1\.0.*│ faster +│ 3 \/ 4, 3 \/ 4 │$/,
  );
  expect(four).toMatch(/^│ 4 CPUs .*│ 4 \/ 4, 4 \/ 4 │$/);
  expect(lines.filter((line) => line.includes('does not count'))).toEqual([
    expect.stringMatching(/^on 2 CPUs: run 1 \(a under default\) does not count: /),
    expect.stringMatching(/^on 2 CPUs: run 2 \(a under long_first\) does not count: /),
  ]);
  expect(lines.slice(-2)).toEqual([`Stored in ${folder}`, 'x.png']);
});

test('the document lists the experiments with their summaries, in the order of the sweep', () => {
  const document = sweepDocument(sweep, parts, ['x.png']);
  expect(document).toMatchObject({ schema: 'schedlab.sweep/1', folder, files: ['x.png'] });
  expect(document.experiments.map(({ place, folder }) => [place?.cpus, folder])).toEqual([
    [4, join(folder, '4')],
    [2, join(folder, '2')],
  ]);
  expect(document.experiments[0]?.summaries).toEqual(parts[0]?.experiment.summaries);
});

test.each([
  ['run-scheduler-tests', 'compare', ['--target', 'host', '--cpus', '1,4096'], 3, 'not 4096'],
  ['run-scheduler-tests', 'compare', ['--cpus', '1,1'], 2, 'twice'],
  ['run-scheduler-tests', 'compare', ['--cpus', '1,2', '--against', sample()], 2, 'need a sweep'],
  ['evaluate', 'evaluate', ['--cpus', '1,2'], 2, 'Only run-scheduler-tests'],
])(
  '%s refuses before the first run what cannot be had (%#)',
  async (name, which, args, status, why) => {
    let stderr = '';
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
      stderr += text;
      return true;
    });
    const out = join(folder, 'refused');
    const wanted = which === 'compare' ? ['--schedulers', 'policy:batch', '--out', out] : [];
    expect(await main(name, which, ['--test', 'ctest_suite', ...wanted, ...args])).toBe(status);
    expect(stderr).toContain(why);
    expect(existsSync(out)).toBe(false);
  },
);

function sample(): string {
  return join(packageRoot, 'results/sample');
}
