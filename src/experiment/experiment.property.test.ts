// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text as allOf } from 'node:stream/consumers';
import fc from 'fast-check';
import { afterAll, expect } from 'vitest';
import { parseCaseFile } from '../cases/case-file.ts';
import {
  anyDocument,
  anyNumber,
  anyText,
  mutated,
  property,
  textLike,
  valueOrRefusal,
} from '../core/arbitrary.test-data.ts';
import type { Place } from '../results/experiment-record.ts';
import type { Tunable } from '../results/tuning-record.ts';
import { CalibrationCache } from './calibration-cache.ts';
import { commandOf } from './command-of.ts';
import { checkEvent } from './conduct.ts';
import { execute } from './executor.ts';
import { openedPath, shorterNames } from './file-watch.ts';
import { summariseStretches } from './observation.ts';
import type { PlannedCase } from './protocol.ts';
import { storedRequest } from './resume.ts';
import { readStretches } from './stretches.ts';
import { listTasks } from './task-list.ts';
import { gridOf, ladderGrid, parseValuesToTry } from './tuning-grid.ts';

// In memory: what is synced there costs nothing.
const folder = await mkdtemp('/dev/shm/schedlab-fuzz-');
afterAll(() => rm(folder, { recursive: true }));

const STATE = { state: 'enabled', ops: 'fifo', enable_seq: 1 };
const MEASUREMENT = {
  ...{ index: 0, started_at: '2026', problem: null, ops: 'fifo', tunables: ['a=1'] },
  ...{ missing_constants: [], history: { loaded: 1, damaged: 0, text: 'schedlab.history/1\n' } },
  ...{ before: STATE, after: STATE, exit: { by: 'user', kind: 64, reason: 'r', message: '' } },
  gate: {
    ...{ realtime: true, fixed_layout: true, woken: 1, spread_s: 0, opened_ns: 5, ending: 'ended' },
    leftovers: 0,
    tasks: [
      {
        ...{ start_s: 0, end_s: 1, user_s: 1, system_s: 0, wait_s: 0, exit_code: 0, signal: null },
        ...{ voluntary_switches: 0, involuntary_switches: 0, max_rss_bytes: 1 },
      },
    ],
  },
  ...{ samples: [], executor_cpu_s: 0.1, scheduler_events: { a: 1 } },
  observed: { cpus: [0, 1], lost: 0, cost_ns: 5, stretches: 'AAAA' },
};
const EVENTS = [
  {
    ...{ event: 'hello', protocol: 2, kernel_release: '6.12', cpus: 2, memory_bytes: 1 },
    clock_source: 'tsc',
  },
  {
    ...{
      event: 'calibrated',
      test_id: 'x',
      units: { 'short-01': 3 },
      short_cpu_s: 1,
      reused: false,
    },
    costs: { short: { start_s: 0, unit_s: 1 } },
  },
  { event: 'hold', index: null },
  { event: 'run', measurement: MEASUREMENT, clock_s: { held: 1, went: 2, ended: 3, noted: 4 } },
  { event: 'warning', code: 'c', message: 'm' },
];

property(
  'an event is one that the executor writes, or refused',
  anyDocument(...EVENTS),
  async (bytes) => {
    const read = () => {
      try {
        return JSON.parse(bytes.toString());
      } catch {
        return null;
      }
    };
    const value = read();
    const event = await valueOrRefusal(() => checkEvent(value), 'EXECUTOR');
    if (event) expect(checkEvent(JSON.parse(JSON.stringify(event)))).toEqual(event);
  },
);

const COMMANDS = [
  { command: 'go' },
  { command: 'noted' },
  { command: 'stored', case_done: true },
  { command: 'stop' },
];
const PLAN = {
  command: 'plan',
  plan: {
    ...{ protocol: 2, gate: '/no/gate', loader: null, observer: null, file_watcher: null },
    ...{ cases: [], schedulers: [], runs: [], timeout_s: 1, monitor: false, callback_times: false },
  },
};
const anyCommands = fc
  .tuple(anyDocument(...COMMANDS), anyDocument(...COMMANDS))
  .map((documents) => documents.map((bytes) => bytes.toString()).join('\n'));

property('whatever comes, the executor says hello and how it ended', anyCommands, async (rest) => {
  for (const first of ['', `${JSON.stringify(PLAN)}\n`]) {
    const output = new PassThrough();
    const said = allOf(output);
    const input = new PassThrough();
    input.end(first + rest);
    await execute(input, output);
    output.end();
    const events = (await said)
      .trim()
      .split('\n')
      .map((line) => checkEvent(JSON.parse(line)).event)
      .filter((event) => event !== 'alive');
    expect(events[0]).toBe('hello');
    expect(['hello', 'finished', 'fatal']).toContain(events.at(-1));
    expect(events.length).toBeLessThanOrEqual(2);
  }
});

const anyWord = fc.oneof(
  anyText,
  fc.constantFrom('exec', '$WORK_UNITS', '$A', './job', '--n=1', '$constructor'),
);
const anyCommandLine = fc
  .array(anyWord, { maxLength: 5 })
  .map((words) => `exec ${words.join(' ')}`);

property('without a shell only plain words are run', anyCommandLine, (line) => {
  const command = commandOf(line, { WORK_UNITS: '12', A: '/a b', ORIGINAL_CWD: '/x' });
  if (command[0] === '/bin/sh' && command[1] === '-e') {
    expect(command).toEqual(['/bin/sh', '-e', '-c', line]);
    return;
  }
  for (const word of command) expect(word).toMatch(/^[\w./:,@%+=-]+$/);
  const words = line.split(/[ \t]+/).slice(1);
  expect(command).toEqual(
    words.map((word) => (word === '$WORK_UNITS' ? '12' : word.replace('$ORIGINAL_CWD', '/x'))),
  );
});

const TUNABLE: Tunable = { name: 'a', type: 'u64', default: 5, value: 6, min: 0, max: 1e6 };
const TUNABLES = [
  TUNABLE,
  { ...TUNABLE, name: 'b', type: 'bool', value: 1 },
  { ...TUNABLE, name: 'c' },
];
const manyValues = fc.nat(400).map((most) => Array.from({ length: most }, (_, n) => n).join(','));
const anyValues = fc.array(
  fc.oneof(
    textLike('a=1,2,0x10', 'b=true,false', 'c=-5'),
    fc.tuple(fc.constantFrom('a', 'b', 'c'), manyValues).map(([name, list]) => `${name}=${list}`),
    anyText.map((list) => `a=${list}`),
  ),
  { maxLength: 5 },
);

property('values to try are few settings, or refused', anyValues, async (texts) => {
  const settings = await valueOrRefusal(
    () =>
      gridOf(
        texts.map((text) => parseValuesToTry(text)),
        TUNABLES,
      ),
    'USAGE',
  );
  if (settings === null) return;
  expect(settings.length).toBeLessThanOrEqual(100);
  for (const value of settings.flatMap((setting) => [...setting.values()])) {
    expect(Number.isSafeInteger(value)).toBe(true);
  }
});

const anyAmount = fc.oneof(fc.integer(), fc.constantFrom(0, -0, 1, 2 ** 53, 2 ** 64, 1e308, 0.5));
const anyTunables = fc.array(
  fc.record({
    ...{ name: anyText, type: fc.constantFrom('bool', 'u64'), default: fc.constant(0) },
    ...{ value: anyAmount, min: anyAmount, max: anyAmount },
  }),
  { maxLength: 6 },
);

property('a ladder has rungs, or is refused', anyTunables, async (tunables) => {
  const settings = await valueOrRefusal(() => ladderGrid(tunables), 'USAGE');
  for (const setting of settings ?? []) expect(setting.size).toBe(1);
});

const anyStretches = fc.record({
  cpus: fc.array(fc.nat(3), { maxLength: 3 }),
  stretches: fc.oneof(
    anyText,
    fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes).toString('base64')),
    fc
      .array(fc.tuple(fc.nat(9000), fc.nat(9000), fc.nat(9000), fc.nat(4), fc.nat(3), fc.nat(3)), {
        maxLength: 9,
      })
      .map((all) => Buffer.concat(all.map(stretchBytes)).toString('base64')),
  ),
});

function stretchBytes([runnable, start, end, occupant, cpu, flags]: number[]): Buffer {
  const bytes = Buffer.alloc(32);
  for (const [place, ns] of [runnable, start, end].entries()) {
    bytes.writeBigUInt64LE(BigInt(ns as number), 8 * place);
  }
  bytes.writeInt32LE((occupant as number) - 1, 24);
  bytes.writeUInt16LE(cpu as number, 28);
  bytes.writeUInt16LE(flags as number, 30);
  return bytes;
}

property('what the observer saw lies between the release and the end', anyStretches, (observed) => {
  const endsNs = [4000, 5000];
  const stretches = readStretches(observed, 1000, endsNs);
  for (const { task, cpu, runnableNs, startNs, endNs } of stretches) {
    expect([0, 1, null]).toContain(task);
    expect(cpu).toBeLessThan(observed.cpus.length);
    expect(runnableNs).toBeGreaterThanOrEqual(0);
    expect(startNs).toBeGreaterThanOrEqual(runnableNs);
    expect(endNs).toBeGreaterThanOrEqual(startNs);
    expect(endNs).toBeLessThanOrEqual(5000);
  }
  const tasks = [
    { id: 'a', class: 'short' as const },
    { id: 'b', class: 'long' as const },
  ];
  const { cpu_idle_s, tasks: seen } = summariseStretches(
    stretches,
    tasks,
    observed.cpus.length,
    5000,
  );
  for (const s of [...cpu_idle_s, ...seen.map(({ cpu_s }) => cpu_s)])
    expect(s).toBeGreaterThanOrEqual(0);
});

const anyOpened = mutated({ event: 'opened', path: '/usr/lib/libz.so.1.2.13 (deleted)' });

property('an opened file is an absolute path, with its shorter names', anyOpened, (line) => {
  const path = openedPath((line ?? {}) as Record<string, unknown>);
  if (path === null) return;
  for (const name of [path, ...shorterNames(path)]) {
    expect(name).toMatch(/^\//);
    expect(name).not.toContain('\0');
    expect(path.startsWith(name)).toBe(true);
  }
});

const CASE = {
  ...{ id: 'one', name: 'One', description: '', category: 'c', cleanup_commands: [] },
  dependencies: [],
  mix: [{ id: 'a', class: 'short', count: 3, setup: [], commands: ['true'], size: 2 }],
  work: {
    ...{ short_cpu_s: 0.08, skew: 3, released_over_s: 2.5 },
    sizes: { distribution: 'pareto', shape: 1.1, largest: 50, seed: 7, long_tasks: 2 },
  },
};
const CASES = {
  configuration: { short_tasks: 3, long_tasks: 1, total_tasks: 4 },
  test_cases: [CASE],
  metadata: {},
};

const { work, mix } = CASE;
const sane = fc.constant(2);
const anyAmounts = fc
  .record({
    ...{ size: fc.oneof(sane, anyNumber), shape: fc.oneof(sane, anyNumber) },
    ...{ largest: fc.oneof(sane, anyNumber), released_over_s: fc.oneof(sane, anyNumber) },
  })
  .map(({ size, shape, largest, released_over_s }) => {
    const sizes = { ...work.sizes, shape, largest };
    const changed = { work: { ...work, sizes, released_over_s }, mix: [{ ...mix[0], size }] };
    return { ...CASES, test_cases: [{ ...CASE, ...changed }] };
  });
const anyCases = fc.oneof(mutated(CASES), anyAmounts);

property('of an accepted case, all tasks can be planned', anyCases, async (document) => {
  const text = JSON.stringify(document) ?? '';
  const file = await valueOrRefusal(() => parseCaseFile(text, 'f'), 'INVALID_INPUT');
  for (const testCase of file?.cases ?? []) {
    for (const { size, release_s } of listTasks(testCase, 1)) {
      expect(Number.isFinite(size) && size > 0).toBe(true);
      expect(Number.isSafeInteger(Math.round(release_s * 1e9))).toBe(true);
    }
  }
});

const caseFile = join(folder, 'cases.json');
await writeFile(caseFile, JSON.stringify(CASES));
const STORED = {
  ...{ name: 'x', status: 'interrupted' },
  plan: {
    cases: [{ test_id: 'one', name: 'One', short_tasks: 1, long_tasks: 2 }],
    ...{ baseline: 'default', schedulers: [], runs: [], timeout_s: 1, scale: 1, monitor: true },
    rule: { seed: 1, fewest_blocks: 1, most_blocks: 2, precision: 0.1, max_time_s: null },
    request: {
      ...{ case_file: caseFile, baseline: 'default', schedulers: ['fifo'], include_folders: [] },
      ...{ target: 'vm', cpus: 4, memory_bytes: 1, kernel: null },
    },
  },
};

property('a stored request is one, or refused', fc.tuple(anyText, anyText), async ([id, file]) => {
  const { plan } = STORED;
  const experiment = {
    ...STORED,
    plan: {
      ...plan,
      cases: [{ ...plan.cases[0], test_id: id }],
      request: { ...plan.request, ...(file.length % 2 ? { case_file: join(folder, file) } : {}) },
    },
  };
  const stored = { folder, experiment, runs: [] } as unknown as Parameters<typeof storedRequest>[0];
  const request = await valueOrRefusal(() => storedRequest(stored), 'INVALID_INPUT', 'USAGE');
  if (request) expect(request.cases.map((testCase) => testCase.id)).toEqual(['one']);
});

process.env.SCHEDLAB_CACHE = join(folder, 'cache');
const planned = { test_id: 'x', groups: [], tasks: [], work: null } as unknown as PlannedCase;
const cache = new CalibrationCache(planned, {} as Place, 'cpu');
const COSTS = { short: { start_s: 0.1, unit_s: 0.002 }, long: { start_s: 0, unit_s: 1 } };
await cache.write(COSTS);
const kept = join(folder, 'cache', 'calibrations');
const [keptFile = ''] = await readdir(kept);
const KEPT = { schema: 'schedlab.calibration/1', key: { test_id: 'x' }, costs: COSTS };

property('kept costs are read, or refused', anyDocument(KEPT), async (bytes) => {
  await writeFile(join(kept, keptFile), bytes);
  const costs = await valueOrRefusal(() => cache.read(), 'INVALID_INPUT');
  if (costs === null) return;
  for (const { start_s, unit_s } of Object.values(costs)) {
    expect(Number.isFinite(start_s) && start_s >= 0 && unit_s > 0).toBe(true);
  }
  await cache.write(costs);
  expect(await cache.read()).toEqual(costs);
});
