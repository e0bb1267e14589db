// SPDX-License-Identifier: GPL-2.0-only
/*
 * never_attaches - has a flag that no kernel knows.
 *
 * Diagnosis: attach_refused.
 */
#include <scx/common.bpf.h>

char _license[] SEC("license") = "GPL";

UEI_DEFINE(uei);

void BPF_STRUCT_OPS(never_attaches_enqueue, struct task_struct *p, u64 enq_flags)
{
	scx_bpf_dsq_insert(p, SCX_DSQ_GLOBAL, SCX_SLICE_DFL, enq_flags);
}

void BPF_STRUCT_OPS(never_attaches_exit, struct scx_exit_info *info)
{
	UEI_RECORD(uei, info);
}

SCX_OPS_DEFINE(never_attaches,
	       .enqueue = (void *)never_attaches_enqueue,
	       .exit = (void *)never_attaches_exit,
	       .flags = 1ULL << 40,
	       .name = "never_attaches");
