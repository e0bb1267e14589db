// SPDX-License-Identifier: Apache-2.0
// Measures "analyze" on a made-up experiment of 20 cases × 5 arms × 50 runs × 40 tasks, with
// observation, samples and a trace for each run that is shown.
// usage: node scripts/bench-analyze.mjs [CASES [RUNS]]    needs: npm run build, GNU time
// Prints the medians of seconds and peak memory over five times; exits 1 above 10 s or 500 MB.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const [cases = 20, runs = 50] = process.argv.slice(2).map(Number);
const TIMES = 5;
const MOST_S = 10;
const MOST_MB = 500;

const folder = mkdtempSync(join(tmpdir(), 'bench-analyze-'));
try {
  const bundle = join('dist', `bench-${process.pid}.mjs`);
  try {
    await build({
      entryPoints: ['src/report/synthetic-experiment.test-data.ts'],
      outfile: bundle,
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node20.19',
      packages: 'external',
    });
    const { writeSyntheticExperiment } = await import(pathToFileURL(bundle).href);
    await writeSyntheticExperiment(folder, {
      testIds: Array.from({ length: cases }, (_, i) => `case_${i + 1}`),
      arms: [0, 1, 0.4, 0.8, -0.2].map((goodness, i) => ({
        name: i === 0 ? 'default' : `arm_${i}`,
        goodness,
      })),
      blocks: runs,
      observed: true,
      traced: 'representative',
    });
  } finally {
    rmSync(bundle, { force: true });
  }
  const stored = statSync(join(folder, 'runs.ndjson')).size / 1e6;
  console.log(`${cases} cases × 5 arms × ${runs} runs; runs.ndjson has ${stored.toFixed(0)} MB`);

  const figures = join(folder, 'figures');
  const args = ['-f', '%e %U %S %M', '-o', figures, process.execPath, 'dist/analyze.js', folder];
  const measured = Array.from({ length: TIMES }, () => {
    const { status, stdout } = spawnSync('time', args, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    if (status !== 0) throw new Error(`analyze ended with ${status}`);
    const [elapsed, user, system, kilobytes] = readFileSync(figures, 'utf8').split(' ').map(Number);
    const files = stdout.trim().split('\n').length;
    return { elapsed, cpu: user + system, megabytes: kilobytes / 1000, files };
  });
  const charts = readdirSync(join(folder, 'charts')).length;
  console.log(`${measured[0].files} files, ${charts} charts`);
  const of = (figure) => measured.map((run) => run[figure]).sort((a, b) => a - b);
  const middle = (figure) => of(figure)[TIMES >> 1];
  console.log(
    `median of ${TIMES}: ${middle('elapsed').toFixed(1)} s (${of('elapsed').join(', ')}), ` +
      `CPU ${middle('cpu').toFixed(1)} s, peak memory ${middle('megabytes').toFixed(0)} MB`,
  );
  process.exitCode = middle('elapsed') <= MOST_S && middle('megabytes') <= MOST_MB ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true });
}
