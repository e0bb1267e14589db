// SPDX-License-Identifier: GPL-2.0-only
/*
 * kfunc_not_allowed - gives a CPU a task in a callback that may not.
 *
 * Diagnosis: verifier_kfunc_not_allowed.
 */
#include <scx/common.bpf.h>

char _license[] SEC("license") = "GPL";

#define SHARED_DSQ 0

/* Only dispatch() may move tasks. */
void BPF_STRUCT_OPS(kfunc_not_allowed_enqueue, struct task_struct *p, u64 enq_flags)
{
	scx_bpf_dsq_insert(p, SHARED_DSQ, SCX_SLICE_DFL, enq_flags);
	scx_bpf_dsq_move_to_local(SHARED_DSQ);
}

SCX_OPS_DEFINE(kfunc_not_allowed,
	       .enqueue = (void *)kfunc_not_allowed_enqueue,
	       .name = "kfunc_not_allowed");
