// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { parsePolicy } from './policy.ts';
import { needsSchedExt, parseSchedulerSpec, splitSchedulers } from './spec.ts';

test.each([
  ['default', { kind: 'default' }],
  ['fifo', { kind: 'named', name: 'fifo' }],
  ['some/path/x.bpf.o', { kind: 'object', path: 'some/path/x.bpf.o' }],
  ['cmd:scx_rusty --slice-us 5000', { kind: 'command', commandLine: 'scx_rusty --slice-us 5000' }],
  ['cmd:a:b\n.bpf.o', { kind: 'command', commandLine: 'a:b\n.bpf.o' }],
  ['policy:fifo', { kind: 'policy', policy: parsePolicy('fifo') }],
])('%s', (text, spec) => {
  expect(parseSchedulerSpec(text)).toEqual(spec);
});

test('only what loads a scheduler needs sched_ext', () => {
  const specs = ['default', 'policy:rr', 'fifo', 'x.bpf.o', 'cmd:x'].map(parseSchedulerSpec);
  expect(specs.map(needsSchedExt)).toEqual([false, false, true, true, true]);
});

test('a command line without a command is wrong usage', () => {
  expect(() => parseSchedulerSpec('cmd: ')).toThrow(/No program/);
});

test.each([
  ['nice=-20', -20],
  ['nice=0', 0],
  ['nice=+7', 7],
  ['nice=19', 19],
])('policy %s is for the long tasks', (text, nice) => {
  const long = { policy: 'other', nice, rt_priority: 0 };
  expect(parsePolicy(text)).toEqual({ short: null, long });
});

test('the real-time policies are for the long tasks, the humble ones for the short', () => {
  for (const policy of ['fifo', 'rr']) {
    const long = { policy, nice: 0, rt_priority: 1 };
    expect(parsePolicy(policy)).toEqual({ short: null, long });
  }
  for (const policy of ['batch', 'idle']) {
    const short = { policy, nice: 0, rt_priority: 0 };
    expect(parsePolicy(policy)).toEqual({ short, long: null });
  }
});

test.each([
  '',
  'nice',
  'nice=',
  'nice=-21',
  'nice=20',
  'nice=1.5',
  'deadline',
  'toString',
  'fifo ',
])('no policy "%s", and the message lists what exists', (text) => {
  expect(() => parsePolicy(text)).toThrow(/There are: nice=N .*fifo, rr.*batch, idle/);
});

test.each([
  ['fifo,vruntime', ['fifo', 'vruntime']],
  ['fifo,,policy:idle,', ['fifo', 'policy:idle']],
  ['cmd:a -x 1,2', ['cmd:a -x 1,2']],
  ['fifo,cmd:a -x 1,2,cmd:b', ['fifo', 'cmd:a -x 1,2,cmd:b']],
  ['./odd-cmd:name', ['./odd-cmd:name']],
])('%s names %j', (text, expected) => {
  expect(splitSchedulers(text)).toEqual(expected);
});
