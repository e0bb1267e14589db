// SPDX-License-Identifier: GPL-2.0-only
/*
 * spelling_7_1 - schedules with the names that came with 6.19 and until 7.3:
 * inserting returns whether it did, moving takes flags.
 *
 * For tests: it must compile without a warning, load, and stay loaded.
 */
#include <scx/common.bpf.h>

char _license[] SEC("license") = "GPL";

UEI_DEFINE(uei);

enum {
	FIFO_DSQ,
	VTIME_DSQ,
};

static u64 refused, pinned, seen;

s32 BPF_STRUCT_OPS(spelling_7_1_select_cpu, struct task_struct *p, s32 prev_cpu, u64 wake_flags)
{
	s32 cpu = scx_bpf_select_cpu_and(p, prev_cpu, wake_flags, p->cpus_ptr, 0);

	if (cpu < 0)
		return prev_cpu;
	if (!scx_bpf_dsq_insert(p, SCX_DSQ_LOCAL, SCX_SLICE_DFL, 0))
		refused++;
	return cpu;
}

void BPF_STRUCT_OPS(spelling_7_1_enqueue, struct task_struct *p, u64 enq_flags)
{
	bool inserted;

	if (is_migration_disabled(p)) {
		pinned++;
		scx_bpf_dsq_insert(p, SCX_DSQ_LOCAL, SCX_SLICE_DFL, enq_flags);
		return;
	}
	if (p->pid & 1)
		inserted = scx_bpf_dsq_insert_vtime(p, VTIME_DSQ, SCX_SLICE_DFL, p->scx.dsq_vtime,
						    enq_flags);
	else
		inserted = scx_bpf_dsq_insert(p, FIFO_DSQ, SCX_SLICE_DFL, enq_flags);
	if (!inserted)
		refused++;
}

void BPF_STRUCT_OPS(spelling_7_1_dispatch, s32 cpu, struct task_struct *prev)
{
	struct task_struct *p = __COMPAT_scx_bpf_dsq_peek(FIFO_DSQ);

	if (p && bpf_cpumask_test_cpu(cpu, p->cpus_ptr))
		seen++;
	if (scx_bpf_dsq_move_to_local(VTIME_DSQ, 0))
		return;
	scx_bpf_dsq_move_to_local(FIFO_DSQ, SCX_ENQ_HEAD);
}

void BPF_STRUCT_OPS(spelling_7_1_running, struct task_struct *p)
{
	struct task_struct *current;

	bpf_rcu_read_lock();
	current = __COMPAT_scx_bpf_cpu_curr(scx_bpf_task_cpu(p));
	if (current && current->pid == p->pid)
		seen++;
	bpf_rcu_read_unlock();
	scx_bpf_task_set_slice(p, SCX_SLICE_DFL / 2);
}

void BPF_STRUCT_OPS(spelling_7_1_stopping, struct task_struct *p, bool runnable)
{
	u64 used = time_delta(SCX_SLICE_DFL, p->scx.slice);

	scx_bpf_task_set_dsq_vtime(p, p->scx.dsq_vtime + scale_by_task_weight_inverse(p, used));
}

void BPF_STRUCT_OPS(spelling_7_1_tick, struct task_struct *p)
{
	/* In any context since 6.19. */
	if (__COMPAT_scx_bpf_reenqueue_local_from_anywhere() && p->pid % 64 == 0)
		scx_bpf_reenqueue_local();
	if (bpf_ksym_exists(scx_bpf_dsq_reenq) && p->pid % 64 == 1)
		scx_bpf_dsq_reenq(FIFO_DSQ, 0);
}

s32 BPF_STRUCT_OPS_SLEEPABLE(spelling_7_1_init)
{
	s32 err = scx_bpf_create_dsq(FIFO_DSQ, NUMA_NO_NODE);

	return err ?: scx_bpf_create_dsq(VTIME_DSQ, NUMA_NO_NODE);
}

void BPF_STRUCT_OPS(spelling_7_1_exit, struct scx_exit_info *ei)
{
	UEI_RECORD(uei, ei);
}

SCX_OPS_DEFINE(spelling_7_1_ops,
	       .select_cpu = (void *)spelling_7_1_select_cpu,
	       .enqueue = (void *)spelling_7_1_enqueue,
	       .dispatch = (void *)spelling_7_1_dispatch,
	       .running = (void *)spelling_7_1_running,
	       .stopping = (void *)spelling_7_1_stopping,
	       .tick = (void *)spelling_7_1_tick,
	       .init = (void *)spelling_7_1_init,
	       .exit = (void *)spelling_7_1_exit,
	       .timeout_ms = 5000,
	       .name = "spelling_7_1");
