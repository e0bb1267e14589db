// SPDX-License-Identifier: GPL-2.0-only
/*
 * idles - runs all tasks on the first CPU, whatever the others do.
 *
 * Diagnosis: idle_while_waiting.
 */
#include <scx/common.bpf.h>

char _license[] SEC("license") = "GPL";

UEI_DEFINE(uei);

#define SHARED_DSQ 0

s32 BPF_STRUCT_OPS(idles_select_cpu, struct task_struct *p, s32 prev_cpu, u64 wake_flags)
{
	return prev_cpu;
}

void BPF_STRUCT_OPS(idles_enqueue, struct task_struct *p, u64 enq_flags)
{
	/* Those that may run on one CPU only would never do so. */
	if (p->nr_cpus_allowed == 1) {
		scx_bpf_dsq_insert(p, SCX_DSQ_LOCAL, SCX_SLICE_DFL, enq_flags);
		return;
	}
	scx_bpf_dsq_insert(p, SHARED_DSQ, SCX_SLICE_DFL, enq_flags);
	scx_bpf_kick_cpu(0, SCX_KICK_IDLE);
}

void BPF_STRUCT_OPS(idles_dispatch, s32 cpu, struct task_struct *prev)
{
	if (cpu == 0)
		scx_bpf_dsq_move_to_local(SHARED_DSQ);
}

s32 BPF_STRUCT_OPS_SLEEPABLE(idles_init)
{
	return scx_bpf_create_dsq(SHARED_DSQ, NUMA_NO_NODE);
}

void BPF_STRUCT_OPS(idles_exit, struct scx_exit_info *info)
{
	UEI_RECORD(uei, info);
}

SCX_OPS_DEFINE(idles,
	       .select_cpu = (void *)idles_select_cpu,
	       .enqueue = (void *)idles_enqueue,
	       .dispatch = (void *)idles_dispatch,
	       .init = (void *)idles_init,
	       .exit = (void *)idles_exit,
	       .name = "idles");
