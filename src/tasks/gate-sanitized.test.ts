// SPDX-License-Identifier: Apache-2.0
/** All that gate.test.ts asks, of a gate that ends at the first wrong access, leak or undefined result. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, vi } from 'vitest';

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
