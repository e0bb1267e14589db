// SPDX-License-Identifier: GPL-2.0-only
/*
 * spelling_6_13 - schedules with the names that came between 6.13 and 6.18.
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

static u64 last_ns, direct, kept, reenqueued;

s32 BPF_STRUCT_OPS(spelling_6_13_select_cpu, struct task_struct *p, s32 prev_cpu, u64 wake_flags)
{
	bool is_idle = false;
	s32 cpu = -1;

	if (__COMPAT_HAS_scx_bpf_select_cpu_and)
		cpu = scx_bpf_select_cpu_and(p, prev_cpu, wake_flags, p->cpus_ptr, 0);
	is_idle = cpu >= 0;
	if (!is_idle)
		cpu = scx_bpf_select_cpu_dfl(p, prev_cpu, wake_flags, &is_idle);
	if (is_idle)
		scx_bpf_dsq_insert(p, SCX_DSQ_LOCAL, SCX_SLICE_DFL, 0);
	return cpu;
}

void BPF_STRUCT_OPS(spelling_6_13_enqueue, struct task_struct *p, u64 enq_flags)
{
	struct cgroup *cgrp = __COMPAT_scx_bpf_task_cgroup(p);
	s32 node = __COMPAT_scx_bpf_cpu_node(scx_bpf_task_cpu(p));
	s32 cpu;

	bpf_cgroup_release(cgrp);
	if (!__COMPAT_is_enq_cpu_selected(enq_flags)) {
		cpu = __COMPAT_scx_bpf_pick_idle_cpu_node(p->cpus_ptr, node, 0);
		if (cpu >= 0) {
			direct++;
			scx_bpf_dsq_insert(p, SCX_DSQ_LOCAL_ON | cpu, SCX_SLICE_DFL, enq_flags);
			scx_bpf_kick_cpu(cpu, SCX_KICK_IDLE);
			return;
		}
	}
	if (p->pid & 1)
		scx_bpf_dsq_insert_vtime(p, VTIME_DSQ, SCX_SLICE_DFL, p->scx.dsq_vtime, enq_flags);
	else
		scx_bpf_dsq_insert(p, FIFO_DSQ, SCX_SLICE_DFL, enq_flags | SCX_ENQ_HEAD);
}

void BPF_STRUCT_OPS(spelling_6_13_dispatch, s32 cpu, struct task_struct *prev)
{
	struct task_struct *p;

	if (scx_bpf_dsq_move_to_local(VTIME_DSQ))
		return;
	bpf_for_each(scx_dsq, p, FIFO_DSQ, SCX_DSQ_ITER_REV) {
		__COMPAT_scx_bpf_dsq_move_set_slice(BPF_FOR_EACH_ITER, SCX_SLICE_DFL / 2);
		__COMPAT_scx_bpf_dsq_move_set_vtime(BPF_FOR_EACH_ITER, p->scx.dsq_vtime);
		if (p->pid % 4)
			__COMPAT_scx_bpf_dsq_move(BPF_FOR_EACH_ITER, p, FIFO_DSQ, 0);
		else
			__COMPAT_scx_bpf_dsq_move_vtime(BPF_FOR_EACH_ITER, p, VTIME_DSQ, 0);
		break;
	}
	if (!scx_bpf_dsq_move_to_local(FIFO_DSQ) && !scx_bpf_dsq_move_to_local(SCX_DSQ_GLOBAL))
		scx_bpf_dsq_move_to_local(VTIME_DSQ);
}

void BPF_STRUCT_OPS(spelling_6_13_running, struct task_struct *p)
{
	u64 now = scx_bpf_now();

	if (time_after(now, last_ns) && time_delta(now, last_ns) > 0)
		last_ns = now;
	/* Gone in 7.0; the branch goes when the object is loaded. */
	if (bpf_ksym_exists(scx_bpf_cpu_rq) && scx_bpf_cpu_rq(scx_bpf_task_cpu(p)))
		kept++;
}

void BPF_STRUCT_OPS(spelling_6_13_stopping, struct task_struct *p, bool runnable)
{
	p->scx.dsq_vtime += SCX_SLICE_DFL - p->scx.slice;
}

void BPF_STRUCT_OPS(spelling_6_13_cpu_release, s32 cpu, struct scx_cpu_release_args *args)
{
	reenqueued += scx_bpf_reenqueue_local();
}

void BPF_STRUCT_OPS(spelling_6_13_dump, struct scx_dump_ctx *dctx)
{
	struct scx_event_stats events = {};

	__COMPAT_scx_bpf_events(&events, sizeof(events));
	scx_bpf_dump("fallbacks: %lld", scx_read_event(&events, SCX_EV_SELECT_CPU_FALLBACK));
}

s32 BPF_STRUCT_OPS_SLEEPABLE(spelling_6_13_init)
{
	s32 err = scx_bpf_create_dsq(FIFO_DSQ, NUMA_NO_NODE);

	if (__COMPAT_scx_bpf_nr_node_ids() < 1 ||
	    __COMPAT_ENUM_OR_ZERO(enum scx_kick_flags, SCX_KICK_IDLE) != SCX_KICK_IDLE)
		scx_bpf_error("the headers do not fit this kernel");
	return err ?: scx_bpf_create_dsq(VTIME_DSQ, NUMA_NO_NODE);
}

void BPF_STRUCT_OPS(spelling_6_13_exit, struct scx_exit_info *ei)
{
	UEI_RECORD(uei, ei);
}

SCX_OPS_DEFINE(spelling_6_13_ops,
	       .select_cpu = (void *)spelling_6_13_select_cpu,
	       .enqueue = (void *)spelling_6_13_enqueue,
	       .dispatch = (void *)spelling_6_13_dispatch,
	       .running = (void *)spelling_6_13_running,
	       .stopping = (void *)spelling_6_13_stopping,
	       .cpu_release = (void *)spelling_6_13_cpu_release,
	       .dump = (void *)spelling_6_13_dump,
	       .init = (void *)spelling_6_13_init,
	       .exit = (void *)spelling_6_13_exit,
	       .flags = SCX_OPS_BUILTIN_IDLE_PER_NODE,
	       .timeout_ms = 5000,
	       .name = "spelling_6_13");
