// SPDX-License-Identifier: Apache-2.0
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { packageRoot } from '../core/paths.ts';
import { ourselves } from '../core/privileges.ts';
import { Gate } from './gate.ts';

let folder: string;
const PLAIN = { user: ourselves(), groups: null };
/** gate-sanitized.test.ts has all of this run with the other one. */
const build = process.env.SANITIZE === '1' ? 'build/sanitized' : 'build';
const program = join(packageRoot, 'assets/gate', build, 'gate');

beforeAll(() => {
  execFileSync('make', ['-s', '-C', join(packageRoot, 'assets/gate')]);
  folder = mkdtempSync(join(tmpdir(), 'gate-'));
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true }));

let number = 0;
function task(shellLines: string) {
  const taskFolder = join(folder, String(number++));
  mkdirSync(taskFolder);
  return {
    folder: taskFolder,
    environment: { GREETING: 'hello' },
    command: ['/bin/sh', '-e', '-c', shellLines],
  };
}

async function measure(shellLines: readonly string[], timeoutS = 20) {
  const tasks = shellLines.map(task);
  await using gate = await Gate.close(program, tasks, { timeoutS, ...PLAIN });
  await gate.open();
  return { tasks, result: await gate.results() };
}

/** Uses a known amount of CPU time, as the shell's own `times` counts it. */
const BURN_A_SECOND = 'exec python3 -c "import time\nwhile time.process_time() < 1: pass"';

test('measures a load of known size, and sleep as no CPU time', async () => {
  const { result } = await measure([BURN_A_SECOND, 'sleep 0.3']);
  const [burner, sleeper] = result.tasks;
  const cpu = (burner?.user_s ?? 0) + (burner?.system_s ?? 0);
  expect(cpu).toBeGreaterThan(0.98);
  expect(cpu).toBeLessThan(1.5);
  expect(burner?.end_s).toBeGreaterThanOrEqual(cpu - 0.01);
  expect((sleeper?.user_s ?? 1) + (sleeper?.system_s ?? 1)).toBeLessThan(0.1);
  expect(sleeper?.end_s).toBeGreaterThanOrEqual(0.3);
  expect(result).toMatchObject({ ending: 'ended', woken: 2, leftovers: 0 });
});

test.runIf(process.getuid?.() === 0)(
  'a task of another user has no privileges, no way to get some, and no variables of ours',
  async () => {
    const nobody = { uid: 65534, gid: 65533 };
    const [own, other] = [task('cat /proc/self/status; env'), task('cat /proc/self/status')];
    for (const [user, wanted] of [
      [nobody, own],
      [ourselves(), other],
    ] as const) {
      await using gate = await Gate.close(program, [wanted], { timeoutS: 5, ...PLAIN, user });
      await gate.open();
      expect((await gate.results()).tasks[0]?.exit_code).toBe(0);
      const status = readFileSync(`${wanted.folder}.out`, 'utf8');
      expect(
        status
          .match(/^Uid:.*/m)?.[0]
          .split('\t')
          .slice(1),
      ).toEqual(Array(4).fill(`${user.uid}`));
      expect(
        status
          .match(/^Gid:.*/m)?.[0]
          .split('\t')
          .slice(1),
      ).toEqual(Array(4).fill(`${user.gid}`));
      expect(status).toMatch(/^Groups:\s*$/m);
      expect(status.match(/^Cap(Inh|Prm|Eff|Bnd|Amb):\t0{16}$/gm)).toHaveLength(5);
      expect(status).toMatch(/^NoNewPrivs:\t1$/m);
    }
    const variables = readFileSync(`${own.folder}.out`, 'utf8').match(/^\w+(?==)/gm);
    // The shell sets PWD and the like itself.
    const ours = variables?.filter((name) => !['PWD', 'OLDPWD', 'SHLVL', '_'].includes(name));
    expect(ours).toEqual(['GREETING']);
  },
);

test('a program has the same addresses in every run', async () => {
  const maps = 'exec cat /proc/self/maps';
  const { tasks, result } = await measure([maps, maps]);
  const [first, second] = tasks.map(({ folder }) => readFileSync(`${folder}.out`, 'utf8'));
  expect(first).toContain('[heap]');
  expect(second).toBe(first);
  expect(result.fixed_layout).toBe(true);
});

test('the release is an instant of the clock that others read, too', async () => {
  const before = process.hrtime.bigint();
  const { result } = await measure(['true']);
  expect(result.opened_ns).toBeGreaterThan(Number(before));
  expect(result.opened_ns).toBeLessThan(Number(process.hrtime.bigint()));
});

test('reports exit codes, signals and what was written, and the rest goes on', async () => {
  const { tasks, result } = await measure([
    'echo $GREETING; exit 3',
    'kill -TERM $$',
    'false\necho on',
    'true',
  ]);
  expect(result.tasks.map((t) => [t.exit_code, t.signal])).toEqual([
    [3, null],
    [null, 15],
    [1, null],
    [0, null],
  ]);
  expect(readFileSync(`${tasks[0]?.folder}.out`, 'utf8')).toBe('hello\n');
});

test('holds every task until it opens', async () => {
  const waiting = task('touch ran');
  {
    await using gate = await Gate.close(program, [waiting], { timeoutS: 5, ...PLAIN });
    expect(gate.held).toHaveLength(1);
    expect(() => readFileSync(join(waiting.folder, 'ran'))).toThrow();
  }
  expect(() => readFileSync(join(waiting.folder, 'ran'))).toThrow();
});

/** So many seconds, and a fraction that no other process of these tests has. */
const unlikeOthers = (seconds: number) => `${seconds}.${process.pid}`;

const runningPrograms = () => execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' });

test('at the time limit it kills the tasks with all that they started', async () => {
  const [a, b, c] = [321, 322, 323].map(unlikeOthers);
  const { result } = await measure([`sleep ${a} & setsid sleep ${b} & sleep ${c}`], 0.3);
  expect(result.ending).toBe('timed_out');
  expect(result.tasks[0]?.signal).toBe(9);
  for (const seconds of [a, b, c]) expect(runningPrograms()).not.toContain(`sleep ${seconds}`);
});

test('what a task leaves behind when it ends is killed and counted', async () => {
  const [a, b] = [325, 326].map(unlikeOthers);
  const { result } = await measure([`sleep ${a} & setsid sleep ${b} & true`]);
  expect(result).toMatchObject({ ending: 'ended', leftovers: 2 });
  for (const seconds of [a, b]) expect(runningPrograms()).not.toContain(`sleep ${seconds}`);
});

test('an order to stop ends the run with what there is', async () => {
  await using gate = await Gate.close(program, [task('sleep 324')], {
    timeoutS: 20,
    ...PLAIN,
  });
  const opened = gate.open();
  gate.kill();
  await opened;
  expect((await gate.results()).ending).toBe('interrupted');
});

test('a task with a delay is released that much later, and not charged for it', async () => {
  const late = { ...task(BURN_A_SECOND), releaseS: 1.2 };
  const later = { ...task('true'), releaseS: 1.5 };
  const early = { ...task('true'), releaseS: 0.3 };
  await using gate = await Gate.close(program, [later, late, task('true'), early], {
    timeoutS: 20,
    ...PLAIN,
  });
  await gate.open();
  const result = await gate.results();
  expect(result).toMatchObject({ ending: 'ended', woken: 4 });
  const [latest, burner, first, second] = result.tasks as [
    (typeof result.tasks)[number],
    ...typeof result.tasks,
  ];
  expect(first).not.toHaveProperty('release_s');
  for (const [measured, delayS] of [
    [latest, 1.5],
    [burner, 1.2],
    [second, 0.3],
  ] as const) {
    expect(measured?.release_s).toBeGreaterThanOrEqual(delayS);
    expect(measured?.release_s).toBeLessThan(delayS + 0.05);
    expect(measured?.start_s).toBeGreaterThanOrEqual(measured?.release_s ?? Infinity);
  }
  expect(first?.end_s).toBeLessThan(0.3);
  expect(burner?.end_s).toBeGreaterThan(2.1);
  const cpu = (burner?.user_s ?? 0) + (burner?.system_s ?? 0);
  expect(cpu).toBeGreaterThan(0.98);
  expect(cpu).toBeLessThan(1.5);
  const idle = (latest?.user_s ?? 1) + (latest?.system_s ?? 1);
  expect(idle).toBeLessThan(0.1);
  expect(latest?.wait_s).toBeLessThan(0.5);
});

test('the time limit holds for tasks that are not released yet, too', async () => {
  const never = { ...task('true'), releaseS: 30 };
  await using gate = await Gate.close(program, [task('true'), never], {
    timeoutS: 0.4,
    ...PLAIN,
  });
  await gate.open();
  const { ending, woken, tasks } = await gate.results();
  expect({ ending, woken }).toEqual({ ending: 'timed_out', woken: 1 });
  expect(tasks[1]).toMatchObject({ signal: 9, exit_code: null });
  expect(tasks[1]?.end_s).toBeLessThan(5);
  expect(tasks[1]?.release_s).toBe(tasks[1]?.end_s);
});

test.each(['', '0', '-1', 'soon', '5s', 'nan', 'inf', '1e300'])(
  'the time limit "%s" is none',
  (timeout) => {
    const { status, stderr } = spawnSync(program, [timeout, '0', '0'], { encoding: 'utf8' });
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: 'usage: gate TIMEOUT_SECONDS UID GID\n',
    });
  },
);

test.each([
  ['', 'ended inside the list'],
  ['0\0', 'number of tasks "0"'],
  ['-1\0', 'number of tasks "-1"'],
  ['100001\0', 'number of tasks "100001"'],
  ['1\0/tmp\0', 'ended inside the list'],
  ['1\0/tmp\0fifo 1\0', 'scheduling "fifo 1"'],
  ['1\0/tmp\0fastest 0 0\0', 'scheduling "fastest 0 0"'],
  ['1\0/tmp\0\x00-5\0', 'delay "-5"'],
  ['1\0/tmp\0\x000\x001001\0', 'number of variables "1001"'],
  ['1\0/tmp\0\x000\x000\x000\0', 'number of arguments "0"'],
])('the list of tasks %j is refused', (input, message) => {
  const { status, stderr } = spawnSync(program, ['5', '0', '0'], { input, encoding: 'utf8' });
  expect(status).toBe(1);
  expect(stderr).toContain(message);
});

test('a folder that is not there is an error that names it', async () => {
  const missing = { folder: join(folder, 'missing'), environment: {}, command: ['true'] };
  await expect(Gate.close(program, [missing], { timeoutS: 5, ...PLAIN })).rejects.toThrow(
    /missing/,
  );
});

/** Whether this machine lets us have a real-time priority or a negative nice value. */
const privileged = ['chrt -f 1', 'nice -n -1'].every(
  (prefix) => spawnSync(`${prefix} true`, { shell: true, stdio: 'pipe' }).stderr.length === 0,
);

/** Nice value, real-time priority and policy of a process that a task started, as /proc says. */
const SHOW_SCHEDULING = `sh -c 'cut -d" " -f 19,40,41 /proc/self/stat; :'`;

test.each([
  { wanted: { policy: 'batch', nice: 0, rt_priority: 0 }, seen: '0 0 3', free: true },
  { wanted: { policy: 'idle', nice: 0, rt_priority: 0 }, seen: '0 0 5', free: true },
  { wanted: { policy: 'other', nice: 19, rt_priority: 0 }, seen: '19 0 0', free: true },
  { wanted: { policy: 'other', nice: -20, rt_priority: 0 }, seen: '-20 0 0', free: false },
  { wanted: { policy: 'fifo', nice: 0, rt_priority: 1 }, seen: '0 1 1', free: false },
  { wanted: { policy: 'rr', nice: 0, rt_priority: 1 }, seen: '0 1 2', free: false },
] as const)(
  '$wanted.policy, nice $wanted.nice holds for the task and what it forks',
  async ({ wanted, seen, free }) => {
    const tasks = [{ ...task(SHOW_SCHEDULING), scheduling: wanted }, task(SHOW_SCHEDULING)];
    await using gate = await Gate.close(program, tasks, { timeoutS: 20, ...PLAIN });
    const [changed, other] = gate.held;
    expect(other).toMatchObject({ scheduling: { policy: 'other', nice: 0 }, error: null });
    if (!free && !privileged) {
      expect(changed?.error).toMatch(/denied|not permitted/);
      return;
    }
    expect(changed).toMatchObject({ scheduling: wanted, error: null });
    await gate.open();
    const result = await gate.results();
    expect(result.tasks.map(({ scheduling }) => scheduling)).toEqual([
      wanted,
      { policy: 'other', nice: 0, rt_priority: 0 },
    ]);
    const output = tasks.map(({ folder }) => readFileSync(`${folder}.out`, 'utf8').trim());
    expect(output).toEqual([seen, '0 0 0']);
  },
);

test.each([
  { policy: 'fifo', nice: 0, rt_priority: 1 },
  { policy: 'other', nice: -20, rt_priority: 0 },
] as const)(
  'without the right to it, $policy with nice $nice is refused and says so',
  async (wanted) => {
    const powerless = join(folder, 'powerless-gate');
    // Root would get the capability back at exec, were it not for the bounding set.
    const drop = process.getuid?.() === 0 ? 'setpriv --bounding-set -sys_nice ' : '';
    writeFileSync(powerless, `#!/bin/sh\nexec ${drop}${program} "$@"\n`);
    chmodSync(powerless, 0o755);
    await using gate = await Gate.close(powerless, [{ ...task('true'), scheduling: wanted }], {
      timeoutS: 5,
      ...PLAIN,
    });
    expect(gate.held[0]?.error).toMatch(/denied|not permitted/);
    expect(gate.held[0]?.scheduling).toMatchObject({ policy: 'other', nice: 0 });
  },
);

test('a busy real-time task does not keep the gate from its time limit', async () => {
  const busy = task('while :; do :; done');
  const scheduling = privileged
    ? ({ policy: 'rr', nice: 0, rt_priority: 1 } as const)
    : ({ policy: 'other', nice: 0, rt_priority: 0 } as const);
  const tasks = cpus().map(() => ({ ...busy, scheduling }));
  await using gate = await Gate.close(program, tasks, { timeoutS: 0.3, ...PLAIN });
  await gate.open();
  const result = await gate.results();
  expect(result.ending).toBe('timed_out');
  expect(Math.max(...result.tasks.map(({ end_s }) => end_s))).toBeLessThan(1);
});

const HELD = { pid: 12, scheduling: { policy: 'other', nice: 0, rt_priority: 0 }, error: null };

test.each([
  ['holds other tasks than it was given', [{ event: 'ready', held: [HELD, HELD] }]],
  ['holds no process', [{ event: 'ready', held: [{ ...HELD, pid: null }] }]],
  [
    'tells of a task that there is not',
    [{ event: 'ready', held: [HELD] }, { event: 'released' }, { event: 'task', index: 4294967295 }],
  ],
])('a gate that %s is not believed', async (_, lines) => {
  const babbling = join(folder, 'babbling');
  const says = lines.map((line) => `echo '${JSON.stringify(line)}'`);
  writeFileSync(babbling, ['#!/bin/sh', ...says, 'exec cat >/dev/null'].join('\n'));
  chmodSync(babbling, 0o755);
  const attempt = async () => {
    await using gate = await Gate.close(babbling, [task('true')], { timeoutS: 5, ...PLAIN });
    await gate.open();
    await gate.results();
  };
  await expect(attempt()).rejects.toMatchObject({ code: 'EXECUTOR' });
});
