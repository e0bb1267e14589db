// SPDX-License-Identifier: GPL-2.0-only
/*
 * cpu_not_there - sends tasks to a CPU that no machine has.
 *
 * Diagnosis: cpu_not_there.
 */
#include <scx/common.bpf.h>

char _license[] SEC("license") = "GPL";

UEI_DEFINE(uei);

void BPF_STRUCT_OPS(cpu_not_there_enqueue, struct task_struct *p, u64 enq_flags)
{
	scx_bpf_dsq_insert(p, SCX_DSQ_LOCAL_ON | 123456, SCX_SLICE_DFL, enq_flags);
}

void BPF_STRUCT_OPS(cpu_not_there_exit, struct scx_exit_info *info)
{
	UEI_RECORD(uei, info);
}

SCX_OPS_DEFINE(cpu_not_there,
	       .enqueue = (void *)cpu_not_there_enqueue,
	       .exit = (void *)cpu_not_there_exit,
	       .name = "cpu_not_there");
