// SPDX-License-Identifier: GPL-2.0-only
/*
 * stack_too_large - needs more stack than the 512 bytes that there are.
 *
 * Diagnosis: verifier_stack_too_large.
 */
#include <scx/common.bpf.h>

char _license[] SEC("license") = "GPL";

static __noinline u64 inner(struct task_struct *p)
{
	char names[320];

	bpf_probe_read_kernel(names, sizeof(names), p);
	return names[p->pid & 255];
}

static __noinline u64 outer(struct task_struct *p)
{
	char names[320];

	bpf_probe_read_kernel(names, sizeof(names), p);
	return names[p->pid & 255] + inner(p);
}

void BPF_STRUCT_OPS(stack_too_large_enqueue, struct task_struct *p, u64 enq_flags)
{
	scx_bpf_dsq_insert(p, SCX_DSQ_GLOBAL, outer(p), enq_flags);
}

SCX_OPS_DEFINE(stack_too_large,
	       .enqueue = (void *)stack_too_large_enqueue,
	       .name = "stack_too_large");
