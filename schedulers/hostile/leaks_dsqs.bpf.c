// SPDX-License-Identifier: GPL-2.0-only
/*
 * leaks_dsqs - creates thousands of DSQs for each task and destroys none.
 *
 * Diagnosis: kernel_memory_held.
 */
#include <scx/common.bpf.h>

char _license[] SEC("license") = "GPL";

UEI_DEFINE(uei);

#define DSQS_PER_TASK 3000

u64 next_dsq;

void BPF_STRUCT_OPS(leaks_dsqs_enqueue, struct task_struct *p, u64 enq_flags)
{
	scx_bpf_dsq_insert(p, SCX_DSQ_GLOBAL, SCX_SLICE_DFL, enq_flags);
}

s32 BPF_STRUCT_OPS_SLEEPABLE(leaks_dsqs_init_task, struct task_struct *p,
			     struct scx_init_task_args *args)
{
	int i;

	bpf_for(i, 0, DSQS_PER_TASK) {
		s32 err = scx_bpf_create_dsq(__sync_fetch_and_add(&next_dsq, 1), NUMA_NO_NODE);

		if (err)
			return err;
	}
	return 0;
}

void BPF_STRUCT_OPS(leaks_dsqs_exit, struct scx_exit_info *info)
{
	UEI_RECORD(uei, info);
}

SCX_OPS_DEFINE(leaks_dsqs,
	       .enqueue = (void *)leaks_dsqs_enqueue,
	       .init_task = (void *)leaks_dsqs_init_task,
	       .exit = (void *)leaks_dsqs_exit,
	       .name = "leaks_dsqs");
