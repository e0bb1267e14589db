// SPDX-License-Identifier: Apache-2.0
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, test } from 'vitest';

const SRC = import.meta.dirname;

/** Which folders a folder may import from, besides itself (docs/architecture.md). */
const ALLOWED: Record<string, readonly string[]> = {
  core: [],
  stats: [],
  simulation: ['core', 'stats'],
  results: ['core'],
  machine: ['core', 'results'],
  scheduler: ['core', 'results'],
  tasks: ['core', 'results'],
  cases: ['core'],
  targets: ['core', 'results'],
  report: ['core', 'results', 'stats'],
  prediction: ['core', 'results', 'stats', 'simulation'],
  experiment: [
    ...['core', 'stats', 'results', 'machine', 'scheduler', 'tasks', 'cases', 'targets'],
    'report',
  ],
  cli: [
    ...['core', 'stats', 'results', 'machine', 'scheduler', 'tasks', 'cases', 'targets'],
    ...['report', 'experiment', 'prediction', 'simulation'],
  ],
  bin: ['cli', 'experiment'],
};

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((file) =>
  /\/.*\.ts$/.test(file),
);

test('finds the sources', () => {
  expect(files.length).toBeGreaterThan(30);
});

test.each(files)('%s imports only from the floors below', (file) => {
  const folder = file.split('/')[0] as string;
  const text = readFileSync(join(SRC, file), 'utf8');
  const imports = [...text.matchAll(/from '(\.[^']+)'|import\('(\.[^']+)'\)/g)].map((match) =>
    relative(SRC, join(SRC, dirname(file), (match[1] ?? match[2]) as string)),
  );
  const foreign = imports
    .map((path) => path.split('/')[0] as string)
    .filter((target) => target !== folder && !ALLOWED[folder]?.includes(target));
  expect(foreign).toEqual([]);
});

test.each(files)('%s names its licence', (file) => {
  expect(readFileSync(join(SRC, file), 'utf8').split('\n')[0]).toBe(
    '// SPDX-License-Identifier: Apache-2.0',
  );
});
