// SPDX-License-Identifier: GPL-2.0-only
/*
 * never_dispatches - queues every task and runs none.
 *
 * Diagnosis: queue_not_served, or task_starved where the first task that waits
 * is what all others wait for.
 */
#include <scx/common.bpf.h>

char _license[] SEC("license") = "GPL";

UEI_DEFINE(uei);

#define GRAVE_DSQ 0

void BPF_STRUCT_OPS(never_dispatches_enqueue, struct task_struct *p, u64 enq_flags)
{
	scx_bpf_dsq_insert(p, GRAVE_DSQ, SCX_SLICE_DFL, enq_flags);
}

void BPF_STRUCT_OPS(never_dispatches_dispatch, s32 cpu, struct task_struct *prev)
{
}

s32 BPF_STRUCT_OPS_SLEEPABLE(never_dispatches_init)
{
	return scx_bpf_create_dsq(GRAVE_DSQ, NUMA_NO_NODE);
}

void BPF_STRUCT_OPS(never_dispatches_exit, struct scx_exit_info *info)
{
	UEI_RECORD(uei, info);
}

SCX_OPS_DEFINE(never_dispatches,
	       .enqueue = (void *)never_dispatches_enqueue,
	       .dispatch = (void *)never_dispatches_dispatch,
	       .init = (void *)never_dispatches_init,
	       .exit = (void *)never_dispatches_exit,
	       .name = "never_dispatches");
