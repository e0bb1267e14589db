// SPDX-License-Identifier: GPL-2.0-only
/*
 * reference_kept - takes a reference to a task and does not give it back.
 *
 * Diagnosis: verifier_reference_kept.
 */
#include <scx/common.bpf.h>

char _license[] SEC("license") = "GPL";

void BPF_STRUCT_OPS(reference_kept_enqueue, struct task_struct *p, u64 enq_flags)
{
	struct task_struct *first = bpf_task_from_pid(1);

	scx_bpf_dsq_insert(p, SCX_DSQ_GLOBAL, first ? SCX_SLICE_DFL : 0, enq_flags);
}

SCX_OPS_DEFINE(reference_kept,
	       .enqueue = (void *)reference_kept_enqueue,
	       .name = "reference_kept");
