// SPDX-License-Identifier: Apache-2.0
/** All that gate.test.ts asks, of a gate that ends at the first wrong access, leak or undefined result. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { JsonLinesChild } from '../core/json-lines-child.ts';
import { packageRoot } from '../core/paths.ts';

const reports = mkdtempSync(join(tmpdir(), 'gate-sanitized-'));
// The checks take their time.
vi.setConfig({ testTimeout: 30_000 });
vi.stubEnv('SANITIZE', '1');
vi.stubEnv('ASAN_OPTIONS', `log_path=${reports}/address`);
vi.stubEnv('UBSAN_OPTIONS', `print_stacktrace=1:log_path=${reports}/undefined`);

afterAll(() => {
  vi.unstubAllEnvs();
  const found = readdirSync(reports).map((file) => readFileSync(join(reports, file), 'utf8'));
  rmSync(reports, { recursive: true });
  expect(found).toEqual([]);
});

await import('./gate.test.ts');

test('so does opened_files, which names what is opened', async () => {
  const program = join(packageRoot, 'assets/gate/build/sanitized/opened_files');
  const child = await JsonLinesChild.start(program, [packageRoot]);
  const first = await child.next();
  // Only root may watch.
  if (first === null) return expect(child.stderr).toMatch(/not permitted/);
  expect(first).toEqual({ event: 'watching' });
  const file = join(packageRoot, 'package.json');
  readFileSync(file);
  child.stdin.end();
  const seen = [];
  for (let line = await child.next(); line; line = await child.next()) seen.push(line.path);
  expect(seen).toContain(file);
  expect(await child.ended).toEqual({ exitCode: 0, signal: null });
});
