// SPDX-License-Identifier: GPL-2.0-only
/*
 * endless_loop - waits for a value that nothing makes sure of.
 *
 * Diagnosis: verifier_too_complex.
 */
#include <scx/common.bpf.h>

char _license[] SEC("license") = "GPL";

void BPF_STRUCT_OPS(endless_loop_enqueue, struct task_struct *p, u64 enq_flags)
{
	while (bpf_get_prandom_u32() != 42)
		;
	scx_bpf_dsq_insert(p, SCX_DSQ_GLOBAL, SCX_SLICE_DFL, enq_flags);
}

SCX_OPS_DEFINE(endless_loop,
	       .enqueue = (void *)endless_loop_enqueue,
	       .name = "endless_loop");
