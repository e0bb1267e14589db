// SPDX-License-Identifier: Apache-2.0
// Bundles the script and the style sheet of report.html into dist/. build.mjs and the tests call it.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

export async function buildReportPage() {
  // The page contains uPlot, and its licence asks for this.
  const licence = readFileSync(join(root, 'node_modules/uplot/LICENSE'), 'utf8').trim();
  await build({
    absWorkingDir: root,
    entryPoints: [
      { in: 'src/report/html/browser/main.ts', out: 'report-page' },
      { in: 'src/report/html/browser/page.css', out: 'report-page' },
    ],
    outdir: 'dist',
    bundle: true,
    minify: true,
    platform: 'browser',
    format: 'iife',
    target: 'es2022',
    charset: 'ascii',
    logLevel: 'warning',
    banner: { js: `/*! uPlot\n${licence}\n*/` },
  });
}

/** What vitest calls before the first test. */
export default buildReportPage;
