// SPDX-License-Identifier: GPL-2.0-only
/*
 * dsq_not_there - queues tasks in a DSQ that it did not create.
 *
 * Diagnosis: dsq_not_there.
 */
#include <scx/common.bpf.h>

char _license[] SEC("license") = "GPL";

UEI_DEFINE(uei);

void BPF_STRUCT_OPS(dsq_not_there_enqueue, struct task_struct *p, u64 enq_flags)
{
	scx_bpf_dsq_insert(p, 77, SCX_SLICE_DFL, enq_flags);
}

void BPF_STRUCT_OPS(dsq_not_there_exit, struct scx_exit_info *info)
{
	UEI_RECORD(uei, info);
}

SCX_OPS_DEFINE(dsq_not_there,
	       .enqueue = (void *)dsq_not_there_enqueue,
	       .exit = (void *)dsq_not_there_exit,
	       .name = "dsq_not_there");
