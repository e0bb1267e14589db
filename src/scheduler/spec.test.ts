// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { parsePolicy } from './policy.ts';
import { armName, needsSchedExt, parseScheduler, splitSchedulers } from './spec.ts';

test.each([
  ['cmd:scx_rusty --slice-us 5000', { kind: 'command', commandLine: 'scx_rusty --slice-us 5000' }],
  ['cmd:a:b\n.bpf.o', { kind: 'command', commandLine: 'a:b\n.bpf.o' }],
  ['default', { kind: 'default' }],
  ['default:unobserved', { kind: 'default', unobserved: true }],
  ['policy:fifo', { kind: 'policy', policy: parsePolicy('fifo') }],
])('%s', (text, spec) => {
  expect(parseScheduler(text)).toEqual(spec);
});

test('only what loads a scheduler needs sched_ext', () => {
  const specs = ['default', 'policy:rr', 'fifo', 'x.bpf.o', 'cmd:x'].map(parseScheduler);
  expect(specs.map(needsSchedExt)).toEqual([false, false, true, true, true]);
});

test('a command line without a command is wrong usage', () => {
  expect(() => parseScheduler('cmd: ')).toThrow(/No program/);
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

test.each([
  ['default', { kind: 'default' }],
  ['fifo', { kind: 'named', name: 'fifo', tunables: [] }],
  ['fifo:slice_us=5000', { kind: 'named', name: 'fifo', tunables: ['slice_us=5000'] }],
  ['x:a=1:b=-2', { kind: 'named', name: 'x', tunables: ['a=1', 'b=-2'] }],
  ['./theirs.bpf.c', { kind: 'source', path: './theirs.bpf.c', tunables: [] }],
  ['theirs.bpf.o:a=0x10', { kind: 'object', path: 'theirs.bpf.o', tunables: ['a=0x10'] }],
  ['/a:b/c.bpf.c:d=1', { kind: 'source', path: '/a:b/c.bpf.c', tunables: ['d=1'] }],
])('%s', (text, spec) => {
  expect(parseScheduler(text)).toEqual(spec);
});

test.each([
  ['', /NAME=VALUE/],
  ['fifo:', /NAME=VALUE/],
  ['fifo:slice_us', /NAME=VALUE/],
  ['fifo:slice_us=', /"slice_us=" gives a tunable no value/],
  ['fifo:slice_us=1:', /no value/],
  ['fifo:slice_us=1:oops', /no value/],
  ['fifo:slice_us=:=1', /no value/],
  ['default:slice_us=1', /has no tunables/],
  ['some/folder', /must end in/],
  ['some/.bpf.c', /its file has no name/],
  ['fifo:slice_us=1\0', /it has a NUL/],
  ['cmd:scx_rusty\0', /it has a NUL/],
  ['theirs.c/', /must end in/],
])('%s is not understood', (text, message) => {
  expect(() => parseScheduler(text)).toThrow(message);
});

test('an arm is called what was written, so that two settings can be compared', () => {
  const nameOf = (text: string) => armName(parseScheduler(text), text);
  expect(nameOf('policy:nice=-20')).toBe('policy:nice=-20');
  expect(nameOf('fifo')).toBe('fifo');
  expect(nameOf('fifo:slice_us=5000')).toBe('fifo:slice_us=5000');
  expect(nameOf('/far/away/theirs.bpf.c:a=1')).toBe('theirs:a=1');
});
