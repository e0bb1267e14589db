// SPDX-License-Identifier: GPL-2.0-only
/*
 * constants_and_tracing - wants from its loader what objects from elsewhere do:
 * constants and configuration of the kernel filled in, tracing programs attached,
 * tunables set.
 *
 * For tests: it ejects itself when its loader has not done all of it.
 */
#include <scx/common.bpf.h>

char _license[] SEC("license") = "GPL";

UEI_DEFINE(uei);

/* As the upstream headers do it. */
const volatile u64 __SCX_SLICE_DFL __weak;
const volatile u64 __SCX_DSQ_LOCAL __weak;
/* No kernel has it. */
const volatile u64 __SCX_NO_SUCH_CONSTANT __weak;

extern bool CONFIG_SCHED_CLASS_EXT __kconfig;

/* For the test to change. */
const volatile s16 wanted TUNABLE_RANGE(-10, 10) = -1;

#define SHARED_DSQ 7

static u64 switches, wakeups, stops;

SEC("tp_btf/sched_switch")
int BPF_PROG(note_switch, bool preempt, struct task_struct *prev, struct task_struct *next)
{
	switches++;
	return 0;
}

SEC("fentry/bpf_task_from_pid")
int BPF_PROG(note_lookup, s32 pid)
{
	return 0;
}

SEC("tracepoint/sched/sched_wakeup")
int note_wakeup(void *ctx)
{
	wakeups++;
	return 0;
}

/* Called by nobody, and attached to nothing. */
SEC("syscall")
int for_user_space(void *ctx)
{
	return 0;
}

void BPF_STRUCT_OPS(constants_and_tracing_enqueue, struct task_struct *p, u64 enq_flags)
{
	scx_bpf_dsq_insert(p, SHARED_DSQ, __SCX_SLICE_DFL, enq_flags);
}

void BPF_STRUCT_OPS(constants_and_tracing_dispatch, s32 cpu, struct task_struct *prev)
{
	scx_bpf_dsq_move_to_local(SHARED_DSQ);
}

void BPF_STRUCT_OPS(constants_and_tracing_stopping, struct task_struct *p, bool runnable)
{
	if (++stops == 100 && (!switches || !wakeups))
		scx_bpf_error("tracing programs do not run: %llu switches, %llu wakeups", switches,
			      wakeups);
}

s32 BPF_STRUCT_OPS_SLEEPABLE(constants_and_tracing_init)
{
	if (__SCX_SLICE_DFL != SCX_SLICE_DFL || __SCX_DSQ_LOCAL != SCX_DSQ_LOCAL ||
	    __SCX_NO_SUCH_CONSTANT)
		scx_bpf_error("constants are not filled in: slice %llu, queue %llx",
			      __SCX_SLICE_DFL, __SCX_DSQ_LOCAL);
	if (!CONFIG_SCHED_CLASS_EXT)
		scx_bpf_error("the configuration is not filled in");
	if (wanted != -7)
		scx_bpf_error("the tunable is %d", wanted);
	return scx_bpf_create_dsq(SHARED_DSQ, NUMA_NO_NODE);
}

void BPF_STRUCT_OPS(constants_and_tracing_exit, struct scx_exit_info *info)
{
	UEI_RECORD(uei, info);
}

SCX_OPS_DEFINE(constants_and_tracing,
	       .enqueue = (void *)constants_and_tracing_enqueue,
	       .dispatch = (void *)constants_and_tracing_dispatch,
	       .stopping = (void *)constants_and_tracing_stopping,
	       .init = (void *)constants_and_tracing_init,
	       .exit = (void *)constants_and_tracing_exit,
	       .name = "constants_and_tracing");
