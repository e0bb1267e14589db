// SPDX-License-Identifier: Apache-2.0
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { eventsBetween, parseSchedulerEvents, requireNoScheduler } from './kernel-state.ts';

test('reads the counters of sched_ext', () => {
  const text = 'SCX_EV_SELECT_CPU_FALLBACK 3\nSCX_EV_BYPASS_DURATION 140000\nnonsense\n';
  expect(parseSchedulerEvents(text)).toEqual({
    SCX_EV_SELECT_CPU_FALLBACK: 3,
    SCX_EV_BYPASS_DURATION: 140000,
  });
});

test('what happened between two readings is their difference', () => {
  expect(eventsBetween({ a: 1, b: 2 }, { a: 4, b: 2, c: 5 })).toEqual({ a: 3, b: 0, c: 5 });
});

test("another's scheduler that is in charge is no ground to measure on, and is named", async () => {
  const folder = await mkdtemp(join(tmpdir(), 'kernel-state-'));
  await requireNoScheduler(join(folder, 'no sched_ext'));
  await writeFile(join(folder, 'state'), 'disabled\n');
  await requireNoScheduler(folder);
  await mkdir(join(folder, 'root'));
  await writeFile(join(folder, 'root/ops'), 'theirs_1.2\n');
  for (const state of ['enabled', 'enabling', 'disabling', 'something new']) {
    await writeFile(join(folder, 'state'), `${state}\n`);
    await expect(requireNoScheduler(folder)).rejects.toMatchObject({ code: 'ENVIRONMENT' });
    await expect(requireNoScheduler(folder)).rejects.toThrow(/theirs_1\.2/);
  }
  await rm(folder, { recursive: true });
});

test('a counter may be called as something that every object has', () => {
  const after = parseSchedulerEvents('constructor 5\nhuge 18446744073709551615\n');
  expect(eventsBetween({}, after)).toEqual({ constructor: 5 });
});
