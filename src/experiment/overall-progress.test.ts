// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { asPartOf } from './overall-progress.ts';
import type { Update } from './request.ts';

test("an experiment's runs are counted among those of the experiments before and after", () => {
  const seen: Update[] = [];
  const report = asPartOf((update) => seen.push(update), 10, 20);
  report({ kind: 'planned', runs: 6, done: 2 });
  const run = { index: 2, block: 0, test_id: 'x', scheduler: 'fifo' };
  report({ kind: 'run_started', run });
  report({ kind: 'stage', text: 'booting' });
  expect(seen).toEqual([
    { kind: 'planned', runs: 36, done: 12 },
    { kind: 'run_started', run: { ...run, index: 12 } },
    { kind: 'stage', text: 'booting' },
  ]);
});
