// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { findRefusal } from './verifier-log.ts';

/** What libbpf says around the verifier's log. */
function asLogged(log: string): string {
  return `libbpf: prog 'x_enqueue': BPF program load failed: Permission denied
libbpf: prog 'x_enqueue': -- BEGIN PROG LOAD LOG --
Global function x() doesn't return scalar. Only those are supported.
0: R1=ctx() R10=fp0
; void BPF_STRUCT_OPS(x_enqueue, struct task_struct *p, u64 enq_flags) @ x.bpf.c:22
0: (79) r6 = *(u64 *)(r1 +0)          ; R1=ctx() R6_w=trusted_ptr_task_struct()
; u64 value = *found; @ x.bpf.c:27
8: (79) r3 = *(u64 *)(r0 +0)
${log}
-- END PROG LOAD LOG --
libbpf: prog 'x_enqueue': failed to load: -13
libbpf: failed to load object './x.bpf.o'
loader: the kernel does not load ./x.bpf.o: Permission denied`;
}

const STATISTICS =
  'processed 9 insns (limit 1000000) max_states_per_insn 0 total_states 0 peak_states 0 mark_read 0';

test.each([
  ["R0 invalid mem access 'map_value_or_null'", 'verifier_null_pointer'],
  ["R1 invalid mem access 'rcu_ptr_or_null_'", 'verifier_null_pointer'],
  ['Possibly NULL pointer passed to trusted arg0', 'verifier_null_pointer'],
  [
    'math between map_value pointer and register with unbounded min value is not allowed',
    'verifier_unbounded_index',
  ],
  [
    'R2 unbounded memory access, make sure to bounds check any such access',
    'verifier_unbounded_index',
  ],
  [
    'calling kernel function scx_bpf_dsq_move_to_local is not allowed',
    'verifier_kfunc_not_allowed',
  ],
  [
    'program must be sleepable to call sleepable kfunc scx_bpf_create_dsq',
    'verifier_kfunc_not_allowed',
  ],
  ['program of this type cannot use helper bpf_probe_read#4', 'verifier_kfunc_not_allowed'],
  ['BPF program is too large. Processed 1000001 insn', 'verifier_too_complex'],
  ['The sequence of 8193 jumps is too complex.', 'verifier_too_complex'],
  ['combined stack size of 2 calls is 672. Too large', 'verifier_stack_too_large'],
  ['Unreleased reference id=2 alloc_insn=4', 'verifier_reference_kept'],
  ['BPF_EXIT instruction in main prog would lead to reference leak', 'verifier_reference_kept'],
  [
    'BPF_EXIT instruction in main prog cannot be used inside bpf_rcu_read_lock-ed region',
    'verifier_reference_kept',
  ],
  ['R1 !read_ok', 'verifier_rejected'],
  ['access beyond struct task_struct at off 9000 size 8', 'verifier_rejected'],
])('takes "%s" for %s', (line, code) => {
  expect(findRefusal(asLogged(`${line}\n${STATISTICS}`))).toEqual({
    code,
    line,
    program: 'x_enqueue',
    source: code === 'verifier_stack_too_large' ? null : 'u64 value = *found; @ x.bpf.c:27',
  });
});

/** 7.3.4 about hostile/endless_loop. */
const ENDLESS = `libbpf: prog 'endless_loop_enqueue': BPF program load failed: Invalid argument
libbpf: prog 'endless_loop_enqueue': -- BEGIN PROG LOAD LOG --
0: R1=ctx() R10=fp0
; void BPF_STRUCT_OPS(endless_loop_enqueue, struct task_struct *p, u64 enq_flags) @ endless_loop.bpf.c:11
0: (79) r6 = *(u64 *)(r1 +8)          ; R1=ctx() R6=scalar()
1: (79) r7 = *(u64 *)(r1 +0)
func 'enqueue' arg0 has btf_id 110917 type STRUCT 'task_struct'
2: R7=trusted_ptr_task_struct()
; while (bpf_get_prandom_u32() != 42) @ endless_loop.bpf.c:13
2: (85) call bpf_get_prandom_u32#7    ; R0=scalar()
3: (56) if w0 != 0x2a goto pc-2 2: R6=scalar() R7=trusted_ptr_task_struct() R10=fp0
; while (bpf_get_prandom_u32() != 42) @ endless_loop.bpf.c:13
2: (85) call bpf_get_prandom_u32#7    ; R0=scalar()
3: (56) if w0 != 0x2a goto pc-2 2: R6=scalar() R7=trusted_ptr_task_struct() R10=fp0
; while (bpf_get_prandom_u32() != 42) @ endless_loop.bpf.c:13
2: (85) call bpf_get_prandom_u32#7    ; R0=scalar()
3: (56) if w0 != 0x2a goto pc-2 ; while (bpf_get_prandom_u32() != 42) @ endless_loop.bpf.c:13
infinite loop detected at insn 2
cur state: R6=scalar() R7=trusted_ptr_task_struct() R10=fp0
old state: R6=scalar() R7=trusted_ptr_task_struct() R10=fp0
processed 34 insns (limit 1000000) max_states_per_insn 0 total_states 2 peak_states 2 mark_read 0
-- END PROG LOAD LOG --
libbpf: prog 'endless_loop_enqueue': failed to load: -22
libbpf: failed to load object '/tmp/endless_loop.bpf.o'
loader: the kernel does not load /tmp/endless_loop.bpf.o: Invalid argument`;

test('looks behind the line that decides for the cause that stands before it', () => {
  expect(findRefusal(ENDLESS)).toEqual({
    code: 'verifier_too_complex',
    line: 'infinite loop detected at insn 2',
    program: 'endless_loop_enqueue',
    source: 'while (bpf_get_prandom_u32() != 42) @ endless_loop.bpf.c:13',
  });
  const bound = `invalid access to map value, value_size=1320 off=1280 size=1024
R3 max value is outside of the allowed memory range
verification time 20319 usec
stack depth 200+0+9`;
  expect(findRefusal(asLogged(`${bound}\n${STATISTICS}`))).toMatchObject({
    code: 'verifier_unbounded_index',
    line: 'R3 max value is outside of the allowed memory range',
  });
});

/** 7.3.4 about hostile/reference_kept; left out: where and how, in its explanation. */
const EXPLAINED = `libbpf: prog 'reference_kept_enqueue': BPF program load failed: Invalid argument
libbpf: prog 'reference_kept_enqueue': -- BEGIN PROG LOAD LOG --
0: R1=ctx() R10=fp0
; void BPF_STRUCT_OPS(reference_kept_enqueue, struct task_struct *p, u64 enq_flags) @ reference_kept.bpf.c:11
0: (79) r6 = *(u64 *)(r1 +8)          ; R1=ctx() R6=scalar()
1: (79) r7 = *(u64 *)(r1 +0)
func 'enqueue' arg0 has btf_id 110917 type STRUCT 'task_struct'
2: R1=ctx() R7=trusted_ptr_task_struct()
; struct task_struct *first = bpf_task_from_pid(1); @ reference_kept.bpf.c:13
2: (b4) w1 = 1                        ; R1=1
3: (85) call bpf_task_from_pid#68530          ; R0=trusted_ptr_or_null_task_struct(id=2) refs=2
4: (b7) r3 = 0                        ; R3=0 refs=2
; scx_bpf_dsq_insert(p, SCX_DSQ_GLOBAL, first ? SCX_SLICE_DFL : 0, enq_flags); @ reference_kept.bpf.c:15
5: (15) if r0 == 0x0 goto pc+1        ; R0=trusted_ptr_task_struct(id=2) refs=2
6: (b7) r3 = 20000000                 ; R3=0x1312d00 refs=2
; if (bpf_ksym_exists(scx_bpf_dsq_insert___v2___scx)) @ compat.bpf.h:60
7: (18) r1 = 0xffffffff9a7ee510       ; R1=rdonly_mem(sz=0) refs=2
9: (15) if r1 == 0x0 goto pc+6        ; R1=rdonly_mem(sz=0) refs=2
; return scx_bpf_dsq_insert___v2___scx(p, dsq_id, slice, enq_flags); @ compat.bpf.h:61
10: (bf) r1 = r7                      ; R1=trusted_ptr_task_struct() R7=trusted_ptr_task_struct() refs=2
11: (18) r2 = 0x8000000000000001      ; R2=0x8000000000000001 refs=2
13: (bf) r4 = r6                      ; R4=scalar(id=3) R6=scalar(id=3) refs=2
14: (85) call scx_bpf_dsq_insert___v2#105851          ; R0=scalar() refs=2
15: (05) goto pc+14
; void BPF_STRUCT_OPS(reference_kept_enqueue, struct task_struct *p, u64 enq_flags) @ reference_kept.bpf.c:11
30: (95) exit
Unreleased reference id=2 alloc_insn=3

Verification failed: Resource Lifetime Safety: Unreleased resource

Reason:
  Owned resource (id=2) was acquired at instruction 3 and still needs to be released before this
  exit path.

Suggestion:
  Release or transfer ownership of the acquired resource on every path before the program exits.

BPF_EXIT instruction in main prog would lead to reference leak
processed 15 insns (limit 1000000) max_states_per_insn 0 total_states 1 peak_states 1 mark_read 0
-- END PROG LOAD LOG --
libbpf: prog 'reference_kept_enqueue': failed to load: -22
libbpf: failed to load object '/tmp/reference_kept.bpf.o'
loader: the kernel does not load /tmp/reference_kept.bpf.o: Invalid argument`;

test('takes the verdict, not the explanation that new kernels write below it', () => {
  expect(findRefusal(EXPLAINED)).toEqual({
    code: 'verifier_reference_kept',
    line: 'Unreleased reference id=2 alloc_insn=3',
    program: 'reference_kept_enqueue',
    // Where it was taken, not where it was missed.
    source: 'struct task_struct *first = bpf_task_from_pid(1); @ reference_kept.bpf.c:13',
  });
});

test('reads a log whose beginning is cut off, and none where there is none', () => {
  const log = asLogged(`R1 !read_ok\n${STATISTICS}`);
  const end = log.slice(log.indexOf('8: (79)') + 3);
  expect(findRefusal(end)).toMatchObject({ line: 'R1 !read_ok', program: null, source: null });
  expect(findRefusal('loader: cannot open x.bpf.o: No such file or directory')).toBeNull();
});
