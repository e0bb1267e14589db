// SPDX-License-Identifier: GPL-2.0-only
/*
 * unbounded_index - looks a slice up by a number that may be anything.
 *
 * Diagnosis: verifier_unbounded_index.
 */
#include <scx/common.bpf.h>

char _license[] SEC("license") = "GPL";

u64 slices_ns[64];

void BPF_STRUCT_OPS(unbounded_index_enqueue, struct task_struct *p, u64 enq_flags)
{
	scx_bpf_dsq_insert(p, SCX_DSQ_GLOBAL, slices_ns[p->pid], enq_flags);
}

SCX_OPS_DEFINE(unbounded_index,
	       .enqueue = (void *)unbounded_index_enqueue,
	       .name = "unbounded_index");
