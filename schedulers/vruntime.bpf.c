// SPDX-License-Identifier: GPL-2.0-only
/*
 * vruntime - one queue for all CPUs, ordered by weighted virtual time.
 *
 * A simple fair queue, as a reference: each task has a clock that runs slower
 * the heavier the task is, and the one whose clock is furthest behind is next.
 * A task that slept may be at most one slice behind the others, so it wakes to
 * a short wait and not to a monopoly. No preemption: a task that wakes waits
 * until some slice ends.
 */
#include <scx/common.bpf.h>

char _license[] SEC("license") = "GPL";

UEI_DEFINE(uei);

/* How long a task runs before the next one has its turn. */
const volatile u32 slice_us TUNABLE_RANGE(100, 1000000) = 20000;

#define SHARED_DSQ     0
#define DEFAULT_WEIGHT 100

/*
 * The latest virtual time at which a task began to run. CPUs race to advance
 * it; at worst it lags by a slice for a moment.
 */
static u64 vtime_now;

static u64 slice_ns(void)
{
	return slice_us * 1000ULL;
}

/* The clock of P, no more than one slice behind the others'. */
static u64 vtime_of(struct task_struct *p)
{
	u64 earliest = vtime_now - slice_ns();

	return time_before(p->scx.dsq_vtime, earliest) ? earliest : p->scx.dsq_vtime;
}

s32 BPF_STRUCT_OPS(vruntime_select_cpu, struct task_struct *p, s32 prev_cpu, u64 wake_flags)
{
	bool is_idle = false;
	s32 cpu = scx_bpf_select_cpu_dfl(p, prev_cpu, wake_flags, &is_idle);

	if (is_idle)
		scx_bpf_dsq_insert(p, SCX_DSQ_LOCAL, slice_ns(), 0);
	return cpu;
}

void BPF_STRUCT_OPS(vruntime_enqueue, struct task_struct *p, u64 enq_flags)
{
	scx_bpf_dsq_insert_vtime(p, SHARED_DSQ, slice_ns(), vtime_of(p), enq_flags);
}

void BPF_STRUCT_OPS(vruntime_dispatch, s32 cpu, struct task_struct *prev)
{
	scx_bpf_dsq_move_to_local(SHARED_DSQ);
}

void BPF_STRUCT_OPS(vruntime_running, struct task_struct *p)
{
	if (time_before(vtime_now, p->scx.dsq_vtime))
		vtime_now = p->scx.dsq_vtime;
}

void BPF_STRUCT_OPS(vruntime_stopping, struct task_struct *p, bool runnable)
{
	/* A task that yields is charged for its whole slice. */
	u64 used_ns = time_delta(slice_ns(), p->scx.slice);
	u32 weight = p->scx.weight ?: DEFAULT_WEIGHT;

	scx_bpf_task_set_dsq_vtime(p, vtime_of(p) + used_ns * DEFAULT_WEIGHT / weight);
}

void BPF_STRUCT_OPS(vruntime_enable, struct task_struct *p)
{
	scx_bpf_task_set_dsq_vtime(p, vtime_now);
}

s32 BPF_STRUCT_OPS_SLEEPABLE(vruntime_init)
{
	return scx_bpf_create_dsq(SHARED_DSQ, NUMA_NO_NODE);
}

void BPF_STRUCT_OPS(vruntime_exit, struct scx_exit_info *info)
{
	UEI_RECORD(uei, info);
}

SCX_OPS_DEFINE(vruntime,
	       .select_cpu = (void *)vruntime_select_cpu,
	       .enqueue = (void *)vruntime_enqueue,
	       .dispatch = (void *)vruntime_dispatch,
	       .running = (void *)vruntime_running,
	       .stopping = (void *)vruntime_stopping,
	       .enable = (void *)vruntime_enable,
	       .init = (void *)vruntime_init,
	       .exit = (void *)vruntime_exit,
	       .timeout_ms = 30000, /* slice_us may be long, and many may wait */
	       .name = "vruntime");
