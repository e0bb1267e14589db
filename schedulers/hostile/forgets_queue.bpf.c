// SPDX-License-Identifier: GPL-2.0-only
/*
 * forgets_queue - has a queue for shells and never looks into it.
 *
 * Diagnosis: queue_not_served.
 */
#include <scx/common.bpf.h>

char _license[] SEC("license") = "GPL";

UEI_DEFINE(uei);

#define GRAVE_DSQ 0

s32 BPF_STRUCT_OPS(forgets_queue_select_cpu, struct task_struct *p, s32 prev_cpu, u64 wake_flags)
{
	/* Not to an idle CPU, which would be past the queue. */
	return prev_cpu;
}

void BPF_STRUCT_OPS(forgets_queue_enqueue, struct task_struct *p, u64 enq_flags)
{
	bool is_shell = bpf_strncmp(p->comm, sizeof(p->comm), "sh") == 0;

	scx_bpf_dsq_insert(p, is_shell ? GRAVE_DSQ : SCX_DSQ_GLOBAL, SCX_SLICE_DFL, enq_flags);
}

s32 BPF_STRUCT_OPS_SLEEPABLE(forgets_queue_init)
{
	return scx_bpf_create_dsq(GRAVE_DSQ, NUMA_NO_NODE);
}

void BPF_STRUCT_OPS(forgets_queue_exit, struct scx_exit_info *info)
{
	UEI_RECORD(uei, info);
}

SCX_OPS_DEFINE(forgets_queue,
	       .select_cpu = (void *)forgets_queue_select_cpu,
	       .enqueue = (void *)forgets_queue_enqueue,
	       .init = (void *)forgets_queue_init,
	       .exit = (void *)forgets_queue_exit,
	       .name = "forgets_queue");
