// SPDX-License-Identifier: GPL-2.0-only
/*
 * misuses_dispatch - queues a task twice.
 *
 * Diagnosis: runtime_error.
 */
#include <scx/common.bpf.h>

char _license[] SEC("license") = "GPL";

UEI_DEFINE(uei);

void BPF_STRUCT_OPS(misuses_dispatch_enqueue, struct task_struct *p, u64 enq_flags)
{
	scx_bpf_dsq_insert(p, SCX_DSQ_GLOBAL, SCX_SLICE_DFL, enq_flags);
	scx_bpf_dsq_insert(p, SCX_DSQ_GLOBAL, SCX_SLICE_DFL, enq_flags);
}

void BPF_STRUCT_OPS(misuses_dispatch_exit, struct scx_exit_info *info)
{
	UEI_RECORD(uei, info);
}

SCX_OPS_DEFINE(misuses_dispatch,
	       .enqueue = (void *)misuses_dispatch_enqueue,
	       .exit = (void *)misuses_dispatch_exit,
	       .name = "misuses_dispatch");
