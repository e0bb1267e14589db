// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { armName, parseScheduler } from './spec.ts';

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
  ['default:slice_us=1', /has no tunables/],
  ['some/folder', /must end in/],
  ['theirs.c/', /must end in/],
])('%s is not understood', (text, message) => {
  expect(() => parseScheduler(text)).toThrow(message);
});

test('an arm is called what was written, so that two settings can be compared', () => {
  expect(armName(parseScheduler('fifo'))).toBe('fifo');
  expect(armName(parseScheduler('fifo:slice_us=5000'))).toBe('fifo:slice_us=5000');
  expect(armName(parseScheduler('/far/away/theirs.bpf.c:a=1'))).toBe('theirs:a=1');
});
