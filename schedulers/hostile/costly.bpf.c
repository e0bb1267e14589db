// SPDX-License-Identifier: GPL-2.0-only
/*
 * costly - thinks for long whenever a CPU asks for a task.
 *
 * Diagnosis: callbacks_costly.
 */
#include <scx/common.bpf.h>

char _license[] SEC("license") = "GPL";

UEI_DEFINE(uei);

#define SHARED_DSQ 0

/* What the thinking leads to. */
u64 thoughts;

void BPF_STRUCT_OPS(costly_enqueue, struct task_struct *p, u64 enq_flags)
{
	scx_bpf_dsq_insert(p, SHARED_DSQ, 2 * 1000 * 1000, enq_flags);
}

void BPF_STRUCT_OPS(costly_dispatch, s32 cpu, struct task_struct *prev)
{
	int i;

	bpf_for(i, 0, 20000)
		thoughts += bpf_get_prandom_u32();
	scx_bpf_dsq_move_to_local(SHARED_DSQ);
}

s32 BPF_STRUCT_OPS_SLEEPABLE(costly_init)
{
	return scx_bpf_create_dsq(SHARED_DSQ, NUMA_NO_NODE);
}

void BPF_STRUCT_OPS(costly_exit, struct scx_exit_info *info)
{
	UEI_RECORD(uei, info);
}

SCX_OPS_DEFINE(costly,
	       .enqueue = (void *)costly_enqueue,
	       .dispatch = (void *)costly_dispatch,
	       .init = (void *)costly_init,
	       .exit = (void *)costly_exit,
	       .name = "costly");
