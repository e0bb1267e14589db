// SPDX-License-Identifier: Apache-2.0
// Bundles src/bin/*.ts into dist/. usage: node scripts/build.mjs
// The executor becomes one file with all it needs: the guest reads few files fast and many slowly.
import { chmodSync, readdirSync, rmSync } from 'node:fs';
import { build } from 'esbuild';
import { buildReportPage } from './report-page.mjs';

const common = {
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20.19',
  sourcemap: 'linked',
  logLevel: 'warning',
};
const commands = readdirSync('src/bin').filter((file) => file !== 'executor.ts');

rmSync('dist', { recursive: true, force: true });
await build({
  ...common,
  entryPoints: [...commands.map((file) => `src/bin/${file}`), 'src/report/chart-worker.ts'],
  entryNames: '[name]',
  outdir: 'dist',
  packages: 'external',
  splitting: true,
  banner: { js: '#!/usr/bin/env node' },
});
for (const file of commands) chmodSync(`dist/${file.replace(/\.ts$/, '.js')}`, 0o755);
await buildReportPage();
await build({
  ...common,
  entryPoints: ['src/bin/executor.ts'],
  outfile: 'dist/executor.js',
  minify: true,
  sourcemap: false,
  // Packages in CommonJS call require().
  banner: {
    js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);",
  },
});
