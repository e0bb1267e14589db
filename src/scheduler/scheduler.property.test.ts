// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect } from 'vitest';
import {
  anyDocument,
  anyJson,
  anyText,
  mutated,
  property,
  spoilt,
  textLike,
  valueOrRefusal,
} from '../core/arbitrary.test-data.ts';
import { checkDocument } from '../core/parse-document.ts';
import { kernelStateSchema, schedulerExitSchema } from '../results/run-record.ts';
import { readHistoryFile } from './history-file.ts';
import { eventsBetween, parseSchedulerEvents, readKernelState } from './kernel-state.ts';
import { parseListing } from './listing.ts';
import { attachedOf, exitOf } from './load.ts';
import { parsePolicy } from './policy.ts';
import {
  armName,
  fileStem,
  needsSchedExt,
  parseScheduler,
  splitSchedulers,
  writeWith,
} from './spec.ts';

// In memory: what is synced there costs nothing.
const folder = await mkdtemp('/dev/shm/schedlab-fuzz-');
afterAll(() => rm(folder, { recursive: true }));

const SPECS = [
  ...['default', 'fifo', 'fifo:slice_us=5000', 'learned:a=1:b=0x2', 'default:unobserved'],
  ...['/a/b.bpf.c', 'x.bpf.o:a=-1', 'policy:nice=-5', 'policy:fifo', 'cmd:scx_rusty --slice 5,6'],
];
const anySpec = fc.oneof(
  textLike(...SPECS),
  anyText.map((name) => `${name}.bpf.c`),
  anyText.map((value) => `fifo:slice_us=${value}`),
  anyText.map((rest) => `policy:${rest}`),
);

property('a scheduler is understood, or refused', anySpec, async (text) => {
  const spec = await valueOrRefusal(() => parseScheduler(text), 'USAGE');
  if (spec === null) return;
  expect(text).not.toContain('\0');
  expect(typeof needsSchedExt(spec)).toBe('boolean');
  expect(armName(spec, text)).not.toBe('');
  if (spec.kind === 'command') expect(`cmd:${spec.commandLine}`).toBe(text);
  if (!('tunables' in spec)) return;
  if (spec.kind === 'named') expect(spec.name).not.toMatch(/^$|[/:\0]/);
  expect(fileStem(spec)).not.toContain('/');
  for (const tunable of spec.tunables) expect(tunable).toMatch(/^[A-Za-z_]\w*=[^:]/);
  expect(parseScheduler(writeWith(spec, spec.tunables))).toEqual(spec);
});

property('a list of schedulers loses no letter', fc.array(anySpec, { maxLength: 4 }), (texts) => {
  const text = texts.join(',');
  const arms = splitSchedulers(text);
  expect(arms.every((arm) => arm !== '')).toBe(true);
  expect(arms.join(',').replaceAll(',', '')).toBe(text.replaceAll(',', ''));
});

property(
  'a policy is understood, or refused',
  textLike('nice=-20', 'nice=+19', 'rr'),
  async (text) => {
    const policy = await valueOrRefusal(() => parsePolicy(text), 'USAGE');
    if (policy?.long) expect(Math.abs(policy.long.nice)).toBeLessThanOrEqual(20);
  },
);

const TUNABLE = {
  event: 'tunable',
  name: 'slice_us',
  type: 'u64',
  default: 5,
  value: 6,
  min: 1,
  max: 9,
};
const LISTED = { event: 'scheduler', ops: 'fifo', keeps_history: true };
const anyListing = fc
  .array(
    fc.oneof(fc.constant(Buffer.from(JSON.stringify(TUNABLE))), anyDocument(LISTED, TUNABLE)),
    {
      maxLength: 4,
    },
  )
  .map((lines) => lines.join('\n'));

property("the loader's list is understood, or refused", anyListing, async (text) => {
  const listing = await valueOrRefusal(() => parseListing(text), 'INVALID_INPUT');
  for (const tunable of listing?.tunables ?? []) {
    const keys = Object.keys(tunable).toSorted();
    expect(keys).toEqual(['default', 'max', 'min', 'name', 'type', 'value']);
    for (const key of ['default', 'value', 'min', 'max'] as const) {
      expect(Number.isFinite(tunable[key])).toBe(true);
    }
  }
});

const ATTACHED = {
  ...{ event: 'attached', ops: 'fifo', tunables: ['a=1'], missing_constants: ['SCX_X'] },
  history: { loaded: 3, damaged: 0 },
};
const EXITED = {
  ...{ event: 'exited', by: 'kernel', kind: 1024, reason: 'stall', message: 'm', dump: 'd' },
  callbacks: [{ name: 'enqueue', runs: 3, time_ns: 4000 }],
};
const asLine = (value: unknown) => (value ?? {}) as Record<string, unknown>;

property(
  'what the loader attached is as a run stores it, or nothing',
  mutated(ATTACHED),
  (value) => {
    const attached = attachedOf(asLine(value));
    if (attached === null) return;
    expect([attached.ops, ...attached.tunables, ...attached.missing_constants].every(isText)).toBe(
      true,
    );
    const { loaded, damaged } = attached.history ?? { loaded: 0, damaged: 0 };
    for (const count of [loaded, damaged])
      expect(Number.isSafeInteger(count) && count >= 0).toBe(true);
  },
);

const isText = (value: unknown) => typeof value === 'string';

property(
  'how a scheduler left is as a run stores it',
  fc.oneof(mutated(EXITED), anyJson),
  (value) => {
    const stored = JSON.parse(JSON.stringify(exitOf(asLine(value))));
    checkDocument(schedulerExitSchema, stored, 'exit');
  },
);

const EVENTS = 'SCX_EV_SELECT_CPU_FALLBACK 12\nSCX_EV_BYPASS_DURATION 18446744073709551615\n';
const anyEvents = fc.oneof(
  textLike(EVENTS),
  anyText.map((name) => `${name} 5\n`),
);

property("sched_ext's counters are counts", fc.tuple(anyEvents, anyEvents), ([then, now]) => {
  const events = eventsBetween(parseSchedulerEvents(then), parseSchedulerEvents(now));
  for (const count of Object.values(events)) {
    expect(Number.isSafeInteger(count) && count >= 0).toBe(true);
  }
});

const STATE = fc.record({
  state: textLike('enabled\n'),
  enable_seq: textLike('12\n', '0'),
});

property("the kernel's state is as a run stores it", STATE, async ({ state, enable_seq }) => {
  await writeFile(join(folder, 'state'), state);
  await writeFile(join(folder, 'enable_seq'), enable_seq);
  checkDocument(kernelStateSchema, await readKernelState(folder), 'state');
});

const HISTORY = 'schedlab.history/1\nfifo 1 2 3\nfifo ä 4 5\n';

property(
  'a history is one by its first line, or refused',
  spoilt(fc.constant(HISTORY)),
  async (bytes) => {
    const file = join(folder, 'history');
    await writeFile(file, bytes);
    const text = await valueOrRefusal(() => readHistoryFile(file), 'INVALID_INPUT');
    expect(text !== null).toBe(/^schedlab\.history\/1(\n|$)/.test(bytes.toString()));
  },
);
