// SPDX-License-Identifier: GPL-2.0-only
/*
 * fifo - one queue for all CPUs, first in, first out.
 *
 * The simplest policy that works, as a reference: a task that wakes goes to an
 * idle CPU or to the end of the queue, runs for one slice and starts over.
 * Nobody is preferred and nobody starves, but with N tasks waiting a short
 * sleeper waits N slices over the number of CPUs, and weights have no effect.
 */
#include <scx/common.bpf.h>

char _license[] SEC("license") = "GPL";

UEI_DEFINE(uei);

/* How long a task runs before the next one has its turn. */
const volatile u32 slice_us TUNABLE_RANGE(100, 1000000) = 20000;

#define SHARED_DSQ 0

s32 BPF_STRUCT_OPS(fifo_select_cpu, struct task_struct *p, s32 prev_cpu, u64 wake_flags)
{
	bool is_idle = false;
	s32 cpu = scx_bpf_select_cpu_dfl(p, prev_cpu, wake_flags, &is_idle);

	/* Straight to the idle CPU: it need not look into the queue. */
	if (is_idle)
		scx_bpf_dsq_insert(p, SCX_DSQ_LOCAL, slice_us * 1000ULL, 0);
	return cpu;
}

void BPF_STRUCT_OPS(fifo_enqueue, struct task_struct *p, u64 enq_flags)
{
	scx_bpf_dsq_insert(p, SHARED_DSQ, slice_us * 1000ULL, enq_flags);
}

void BPF_STRUCT_OPS(fifo_dispatch, s32 cpu, struct task_struct *prev)
{
	scx_bpf_dsq_move_to_local(SHARED_DSQ);
}

s32 BPF_STRUCT_OPS_SLEEPABLE(fifo_init)
{
	return scx_bpf_create_dsq(SHARED_DSQ, NUMA_NO_NODE);
}

void BPF_STRUCT_OPS(fifo_exit, struct scx_exit_info *info)
{
	UEI_RECORD(uei, info);
}

SCX_OPS_DEFINE(fifo,
	       .select_cpu = (void *)fifo_select_cpu,
	       .enqueue = (void *)fifo_enqueue,
	       .dispatch = (void *)fifo_dispatch,
	       .init = (void *)fifo_init,
	       .exit = (void *)fifo_exit,
	       .timeout_ms = 30000, /* slice_us may be long, and many may wait */
	       .name = "fifo");
