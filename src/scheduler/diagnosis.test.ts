// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import type { Observation, SchedulerExit } from '../results/run-record.ts';
import { diagnose, type KnownOfRun } from './diagnosis.ts';

const LOADED = { state: 'enabled', ops: 'x', enable_seq: 7 };
const ASKED: SchedulerExit = {
  ...{ by: 'user', kind: 64, reason: 'unregistered from user space', message: '' },
};
const OBSERVED: Observation = {
  ...{ tasks: [], cpu_tasks_s: [4, 1], cpu_others_s: [0, 0], cpu_idle_s: [0, 3] },
  ...{ idle_while_waiting_s: 0.02, wait_histogram_short: [], wait_histogram_long: [] },
  ...{ lost_events: 0, cost_s: 0 },
};
/** A run of 4 s on 2 CPUs with which nothing is wrong. */
const GOOD: KnownOfRun = {
  ...{ ops: 'x', problem: null, before: LOADED, after: LOADED, exit: ASKED },
  ...{ makespanS: 4, cpus: 2, observation: OBSERVED, kernelMemoryBytes: 200_000 },
};

const exitOf = (kind: number, reason: string, message: string, dump?: string): SchedulerExit => ({
  ...{ by: 'kernel', kind, reason, message },
  ...(dump === undefined ? {} : { dump }),
});
const ended = (exit: SchedulerExit) =>
  diagnose({ ...GOOD, after: { ...LOADED, state: 'disabled', ops: null }, exit });
const rejected = (message: string, exit: SchedulerExit | null = null) =>
  diagnose({ ...GOOD, ops: null, problem: { code: 'scheduler_rejected', message }, exit });

test('has nothing to say of a scheduler with which nothing is wrong, nor of the kernel itself', () => {
  expect(diagnose(GOOD)).toBeNull();
  const idle = { ...OBSERVED, idle_while_waiting_s: 7 };
  expect(diagnose({ ...GOOD, ops: null, exit: null, observation: idle })).toBeNull();
});

test.each([
  ['reported_error', 1025, 'scx_bpf_error', 'errors_out.bpf.c:14: no plan for sh'],
  [
    'cpu_not_there',
    1024,
    'runtime error',
    'invalid CPU 123456 in SCX_DSQ_LOCAL_ON dispatch verdict',
  ],
  ['cpu_not_there', 1024, 'runtime error', 'invalid CPU -1 from ops.select_cpu()'],
  [
    ...['cpu_not_allowed', 1024, 'runtime error'],
    'SCX_DSQ_LOCAL[_ON] cannot move migration disabled sh[9] from CPU 0 to 1',
  ],
  ['dsq_not_there', 1024, 'runtime error', 'non-existent DSQ 0x4d for sh[391]'],
  ['dsq_not_there', 1024, 'runtime error', 'invalid DSQ ID 0x8000000000000001'],
  [
    ...['dsq_order_mixed', 1024, 'runtime error'],
    'DSQ ID 0x0000000000000000 already had PRIQ-enqueued tasks',
  ],
  ['runtime_error', 1024, 'runtime error', 'sh[391] already direct-dispatched'],
  ['left_by_itself', 65, 'unregistered from BPF', 'enough of sh'],
  ['unloaded_by_others', 67, 'disabled by sysrq-S', ''],
  ['unloaded_by_others', 64, 'unregistered from user space', ''],
  ['cpu_hotplug', 66, 'unregistered from the main kernel', 'cpu 1 going offline, exiting'],
  ['stalled', 1026, 'runnable task stall', 'sh[391] failed to run for 4.219s'],
  ['runtime_error', 1028, 'some later kind', 'what it says'],
  ['ejected', 68, 'parent went', ''],
] as const)('%s is what the kernel ends with kind %d: %s: %s', (code, kind, reason, message) => {
  const found = ended(exitOf(kind, reason, message));
  expect(found?.code).toBe(code);
  expect(found?.words).toContain(message || reason);
  expect(found?.advice).not.toBe('');
});

const waiting = (name: string, ms: number, dsq: string) => `  R ${name}[1] -${ms}ms
      scx_state/flags=3/0x9 dsq_flags=0x0 ops_state/qseq=0/0
      sticky/holding_cpu=-1/-1 dsq_id=${dsq}
`;
const stall = (...tasks: string[]) =>
  ended(exitOf(1026, 'runnable task stall', 'sh[1] failed to run for 3.200s', tasks.join('\n')));

test('tells one task that starves from a queue that is not served', () => {
  expect(stall(waiting('sh', 3200, '0x1'), waiting('cc1', 12, '0x0'))).toMatchObject({
    code: 'task_starved',
    words: 'It starves a task: sh[1] failed to run for 3.200s; it was in DSQ 0x1',
  });
  expect(stall(waiting('sh', 3200, '0x1'), waiting('cc1', 2900, '0x1'))).toMatchObject({
    code: 'queue_not_served',
    words: expect.stringMatching(
      /sh\[1\] failed to run for 3\.200s, and with it 1 more in DSQ 0x1$/,
    ),
  });
  expect(stall(waiting('sh', 3200, '0x8000000000000002'))?.words).toMatch(/a CPU's local DSQ$/);
  const idle = '          curr=swapper/1[0] class=idle_sched_class';
  expect(stall(waiting('sh', 3200, '0x1'), idle)?.words).toMatch(/DSQ 0x1, while a CPU was idle$/);
  expect(stall(waiting('sh', 3200, '(n/a)'))?.words).toMatch(/in no queue of the kernel's$/);
  expect(stall(waiting('a', 9, '0x1'), waiting('b', 8, '0x2'))?.words).toMatch(/several queues$/);
});

test.each([
  ['attach_refused', 'libbpf: x\nloader: cannot attach /a/b/x.bpf.o: Invalid argument'],
  ['not_loadable', 'loader: cannot open /x.bpf.o: No such file or directory'],
  ['never_attached', 'no scheduler attached in 10 s'],
  [
    'kernel_function_missing',
    "libbpf: extern (func ksym) 'scx_bpf_dispatch': not found in kernel or module BTFs\nloader: no",
  ],
])('%s is what is rejected with "%s"', (code, message) => {
  expect(rejected(message)?.code).toBe(code);
  expect(rejected(message)?.words).not.toContain('/a/b');
});

test('of a refusal it gives the line that decides and where that is', () => {
  const log = `libbpf: prog 'x_enqueue': -- BEGIN PROG LOAD LOG --
; u64 value = *found; @ x.bpf.c:27
9: (79) r3 = *(u64 *)(r0 +0)
R0 invalid mem access 'map_value_or_null'
processed 9 insns (limit 1000000)
-- END PROG LOAD LOG --
loader: the kernel does not load /a/b/x.bpf.o: Permission denied`;
  expect(rejected(log)).toMatchObject({
    code: 'verifier_null_pointer',
    words:
      'The verifier refused it: a pointer is used that was not compared with NULL: ' +
      "R0 invalid mem access 'map_value_or_null' (in x_enqueue, at “u64 value = *found; @ x.bpf.c:27”)",
  });
});

test('names the last line that says why it was not loaded', () => {
  const message = `libbpf: struct_ops init_kern: struct bpf_struct_ops_x is not found in kernel BTF
libbpf: failed to load object '/a/b/x.bpf.o'
loader: the kernel does not load /a/b/x.bpf.o: No such file or directory`;
  expect(rejected(message)?.words).toMatch(/: libbpf: struct_ops init_kern: .* kernel BTF$/);
});

test('says what init returned, by its name', () => {
  const message = 'ops.init() failed (-19)';
  expect(rejected('the kernel did not enable it', exitOf(1024, 'runtime error', message))).toEqual({
    code: 'init_failed',
    words: 'Its init failed: init returned ENODEV (no such device)',
    advice: expect.any(String),
  });
  // An object that does not record why.
  expect(rejected('the kernel did not enable it', exitOf(0, '', ''))?.code).toBe('never_attached');
});

test('sees that it was loaded anew in between, whoever is in charge at the end', () => {
  const again = { ...LOADED, enable_seq: 8 };
  expect(diagnose({ ...GOOD, after: again })?.code).toBe('came_back');
  const gone = { state: 'disabled', ops: null, enable_seq: 8 };
  const exit = exitOf(0, 'it was no longer loaded when its program was stopped', '');
  expect(diagnose({ ...GOOD, after: gone, exit })?.code).toBe('came_back');
});

test('names a loader that ended, and one that was never in charge', () => {
  const reason = 'the loader was ended by SIGKILL';
  expect(ended({ by: 'unknown', kind: 0, reason, message: '' })).toMatchObject({
    code: 'loader_ended',
    words: `Its loader ended, and with it the scheduler: ${reason}`,
  });
  const problem = { code: 'scheduler_not_attached', message: 'the kernel said disabled' };
  expect(diagnose({ ...GOOD, problem })?.code).toBe('never_attached');
});

test('a guest that it took with it is its result, with what the kernel said', () => {
  const lost = { ...GOOD, ops: null };
  const message = 'The guest ended.\n[ 9.1] Kernel panic - not syncing: Oops\n[ 9.2] CPU: 1';
  expect(diagnose({ ...lost, problem: { code: 'guest_panicked', message } })).toMatchObject({
    code: 'guest_panicked',
    words: "The guest's kernel panicked under it, in two guests: Oops",
  });
  const silence = { code: 'guest_hung', message: 'The guest said nothing for 30 s.' };
  expect(diagnose({ ...lost, problem: silence })?.code).toBe('guest_hung');
});

test('what a valid run shows is said with its figure', () => {
  const observation = { ...OBSERVED, idle_while_waiting_s: 2.4 };
  expect(diagnose({ ...GOOD, observation })).toMatchObject({
    code: 'idle_while_waiting',
    words:
      "It keeps CPUs idle while tasks wait: 2.40 CPU seconds of them, 30.0 % of the CPUs' time",
  });
  // In a short run its start is as much of it.
  const short = { ...OBSERVED, idle_while_waiting_s: 0.2 };
  expect(diagnose({ ...GOOD, makespanS: 0.5, observation: short })).toBeNull();

  const callbacks = [
    { name: 'x_enqueue', runs: 900, time_s: 0.01 },
    { name: 'x_dispatch', runs: 1000, time_s: 0.79 },
    // That was while it was loaded.
    { name: 'x_init_task', runs: 100, time_s: 8 },
  ];
  expect(diagnose({ ...GOOD, exit: { ...ASKED, callbacks } })).toMatchObject({
    code: 'callbacks_costly',
    words:
      "Its callbacks are costly: 10.0 % of the CPUs' time; most in x_dispatch, 1000 times 790 µs",
  });
  expect(diagnose({ ...GOOD, kernelMemoryBytes: 27 * 2 ** 20 })).toMatchObject({
    code: 'kernel_memory_held',
    words: expect.stringContaining('27 MiB'),
  });
});

test('what others said is one line that ends', () => {
  const words = ended(exitOf(1025, 'scx_bpf_error', `a\n\tb${'c'.repeat(5000)}`))?.words ?? '';
  expect(words).toContain('a bccc');
  expect(words.length).toBeLessThan(400);
});
