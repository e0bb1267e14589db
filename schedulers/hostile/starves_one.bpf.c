// SPDX-License-Identifier: GPL-2.0-only
/*
 * starves_one - serves all tasks but one, the first that runs a shell.
 *
 * Diagnosis: task_starved.
 */
#include <scx/common.bpf.h>

char _license[] SEC("license") = "GPL";

UEI_DEFINE(uei);

#define GRAVE_DSQ 0

/* 0: not chosen yet. */
s32 victim;

void BPF_STRUCT_OPS(starves_one_enqueue, struct task_struct *p, u64 enq_flags)
{
	if (victim == 0 && bpf_strncmp(p->comm, sizeof(p->comm), "sh") == 0)
		__sync_val_compare_and_swap(&victim, 0, p->pid);
	scx_bpf_dsq_insert(p, p->pid == victim ? GRAVE_DSQ : SCX_DSQ_GLOBAL, SCX_SLICE_DFL,
			   enq_flags);
}

s32 BPF_STRUCT_OPS_SLEEPABLE(starves_one_init)
{
	return scx_bpf_create_dsq(GRAVE_DSQ, NUMA_NO_NODE);
}

void BPF_STRUCT_OPS(starves_one_exit, struct scx_exit_info *info)
{
	UEI_RECORD(uei, info);
}

SCX_OPS_DEFINE(starves_one,
	       .enqueue = (void *)starves_one_enqueue,
	       .init = (void *)starves_one_init,
	       .exit = (void *)starves_one_exit,
	       .name = "starves_one");
