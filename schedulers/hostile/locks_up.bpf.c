// SPDX-License-Identifier: GPL-2.0-only
/*
 * locks_up - runs tasks first come, first served, until many wait; then its dispatch
 * does not end, with interrupts off.
 *
 * The verifier sees an end: 2^46 rounds, which are days. Nobody can unload it, and
 * soon the other CPUs wait for this one.
 *
 * Diagnosis: guest_hung.
 */
#include <scx/common.bpf.h>

char _license[] SEC("license") = "GPL";

UEI_DEFINE(uei);

#define QUEUE	    0
#define MANY	    4
#define MOST_ROUNDS (1 << 23)

static int round(u64 index, void *context)
{
	return 0;
}

static int rounds(u64 index, void *context)
{
	bpf_loop(MOST_ROUNDS, round, NULL, 0);
	return 0;
}

void BPF_STRUCT_OPS(locks_up_enqueue, struct task_struct *p, u64 enq_flags)
{
	scx_bpf_dsq_insert(p, QUEUE, SCX_SLICE_DFL, enq_flags);
}

void BPF_STRUCT_OPS(locks_up_dispatch, s32 cpu, struct task_struct *prev)
{
	if (scx_bpf_dsq_nr_queued(QUEUE) >= MANY)
		bpf_loop(MOST_ROUNDS, rounds, NULL, 0);
	scx_bpf_dsq_move_to_local(QUEUE);
}

s32 BPF_STRUCT_OPS_SLEEPABLE(locks_up_init)
{
	return scx_bpf_create_dsq(QUEUE, NUMA_NO_NODE);
}

void BPF_STRUCT_OPS(locks_up_exit, struct scx_exit_info *info)
{
	UEI_RECORD(uei, info);
}

SCX_OPS_DEFINE(locks_up,
	       .enqueue = (void *)locks_up_enqueue,
	       .dispatch = (void *)locks_up_dispatch,
	       .init = (void *)locks_up_init,
	       .exit = (void *)locks_up_exit,
	       .name = "locks_up");
