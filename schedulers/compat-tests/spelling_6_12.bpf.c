// SPDX-License-Identifier: GPL-2.0-only
/*
 * spelling_6_12 - schedules with the calls and macros of 6.12, all of those that
 * sources written for it use.
 *
 * For tests: it must compile without a warning, load, and stay loaded. Tasks
 * with even numbers queue first in, first out, the others by virtual time.
 */
#include <scx/common.bpf.h>

char _license[] SEC("license") = "GPL";

UEI_DEFINE(uei);

enum {
	FIFO_DSQ,
	VTIME_DSQ,
};

const volatile u32 nr_cpu_ids = 1;
u64 RESIZABLE_ARRAY(data, started);
static u64 stats[2];
static u64 vtime_now;

struct tree_node {
	struct bpf_rb_node rb_node;
	u64 key;
};

private(TREE) struct bpf_spin_lock tree_lock;
private(TREE) struct bpf_rb_root tree __contains(tree_node, rb_node);

struct timer {
	struct bpf_timer timer;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct timer);
} timers SEC(".maps");

/* Sources of that time bring their own. */
static inline bool vtime_before(u64 a, u64 b)
{
	return (s64)(a - b) < 0;
}

static bool node_less(struct bpf_rb_node *a, const struct bpf_rb_node *b)
{
	return container_of(a, struct tree_node, rb_node)->key <
	       container_of(b, struct tree_node, rb_node)->key;
}

static int on_timer(void *map, int *key, struct bpf_timer *timer)
{
	scx_bpf_kick_cpu(0, SCX_KICK_IDLE);
	return 0;
}

s32 BPF_STRUCT_OPS(spelling_6_12_select_cpu, struct task_struct *p, s32 prev_cpu, u64 wake_flags)
{
	const struct cpumask *idle = scx_bpf_get_idle_cpumask();
	bool prev_was_idle = bpf_cpumask_test_cpu(prev_cpu, idle);
	bool is_idle = false;
	s32 cpu;

	scx_bpf_put_idle_cpumask(idle);
	if (prev_was_idle && bpf_cpumask_test_cpu(prev_cpu, p->cpus_ptr) &&
	    scx_bpf_test_and_clear_cpu_idle(prev_cpu)) {
		scx_bpf_dispatch(p, SCX_DSQ_LOCAL, SCX_SLICE_DFL, 0);
		return prev_cpu;
	}
	cpu = scx_bpf_select_cpu_dfl(p, prev_cpu, wake_flags, &is_idle);
	if (is_idle)
		scx_bpf_dispatch(p, SCX_DSQ_LOCAL, SCX_SLICE_DFL, 0);
	return cpu;
}

void BPF_STRUCT_OPS(spelling_6_12_enqueue, struct task_struct *p, u64 enq_flags)
{
	struct cgroup *cgrp = scx_bpf_task_cgroup(p);
	u64 vtime = p->scx.dsq_vtime;
	u64 *stat = MEMBER_VPTR(stats, [p->pid & 1]);
	s32 cpu;

	bpf_cgroup_release(cgrp);
	if (stat)
		(*stat)++;
	if (vtime_before(vtime, vtime_now - SCX_SLICE_DFL))
		vtime = vtime_now - SCX_SLICE_DFL;
	if (p->pid & 1)
		scx_bpf_dispatch_vtime(p, VTIME_DSQ, SCX_SLICE_DFL, vtime, enq_flags);
	else
		scx_bpf_dispatch(p, FIFO_DSQ, SCX_SLICE_DFL, enq_flags);

	cpu = scx_bpf_pick_idle_cpu(p->cpus_ptr, 0);
	if (cpu < 0)
		cpu = scx_bpf_pick_any_cpu(p->cpus_ptr, 0);
	if (cpu >= 0 && cpu != scx_bpf_task_cpu(p))
		scx_bpf_kick_cpu(cpu, SCX_KICK_IDLE);
}

void BPF_STRUCT_OPS(spelling_6_12_dispatch, s32 cpu, struct task_struct *prev)
{
	struct task_struct *p;

	if (!scx_bpf_dispatch_nr_slots())
		return;
	if (scx_bpf_consume(SCX_DSQ_GLOBAL) || scx_bpf_consume(VTIME_DSQ))
		return;
	bpf_for_each(scx_dsq, p, FIFO_DSQ, 0) {
		struct task_struct *same = bpf_task_from_pid(p->pid);

		if (!same)
			continue;
		bpf_task_release(same);
		if (!bpf_cpumask_test_cpu(cpu, p->cpus_ptr))
			continue;
		__COMPAT_scx_bpf_dispatch_from_dsq_set_slice(BPF_FOR_EACH_ITER, SCX_SLICE_DFL / 2);
		__COMPAT_scx_bpf_dispatch_from_dsq_set_vtime(BPF_FOR_EACH_ITER, vtime_now);
		if (__COMPAT_scx_bpf_dispatch_from_dsq(BPF_FOR_EACH_ITER, p, SCX_DSQ_LOCAL_ON | cpu,
						       0))
			return;
		__COMPAT_scx_bpf_dispatch_vtime_from_dsq(BPF_FOR_EACH_ITER, p, VTIME_DSQ, 0);
	}
	scx_bpf_consume(FIFO_DSQ);
}

void BPF_STRUCT_OPS(spelling_6_12_running, struct task_struct *p)
{
	s32 cpu = scx_bpf_task_cpu(p);
	u64 *at = ARRAY_ELEM_PTR(started, cpu, nr_cpu_ids);

	if (at)
		*at = bpf_ktime_get_ns();
	if (vtime_before(vtime_now, p->scx.dsq_vtime))
		vtime_now = p->scx.dsq_vtime;
	if (scx_bpf_cpuperf_cur(cpu) < scx_bpf_cpuperf_cap(cpu))
		scx_bpf_cpuperf_set(cpu, scx_bpf_cpuperf_cap(cpu));
}

void BPF_STRUCT_OPS(spelling_6_12_stopping, struct task_struct *p, bool runnable)
{
	p->scx.dsq_vtime += (SCX_SLICE_DFL - p->scx.slice) * 100 / p->scx.weight;
	if (!scx_bpf_task_running(p) && p->pid < 0)
		scx_bpf_error("a task without a number: %d", p->pid);
}

void BPF_STRUCT_OPS(spelling_6_12_enable, struct task_struct *p)
{
	struct bpf_rb_node *first;
	struct tree_node *node = bpf_obj_new(struct tree_node);

	p->scx.dsq_vtime = vtime_now;
	if (!node)
		return;
	node->key = p->pid;
	bpf_spin_lock(&tree_lock);
	bpf_rbtree_add(&tree, &node->rb_node, node_less);
	first = bpf_rbtree_first(&tree);
	if (first)
		first = bpf_rbtree_remove(&tree, first);
	bpf_spin_unlock(&tree_lock);
	if (first)
		bpf_obj_drop(container_of(first, struct tree_node, rb_node));
}

void BPF_STRUCT_OPS(spelling_6_12_cpu_release, s32 cpu, struct scx_cpu_release_args *args)
{
	u32 count = scx_bpf_reenqueue_local();

	if (count)
		__sync_fetch_and_add(&stats[0], count);
}

void BPF_STRUCT_OPS(spelling_6_12_dump, struct scx_dump_ctx *dctx)
{
	scx_bpf_dump("queued: %d and %d", scx_bpf_dsq_nr_queued(FIFO_DSQ),
		     scx_bpf_dsq_nr_queued(VTIME_DSQ));
}

s32 BPF_STRUCT_OPS_SLEEPABLE(spelling_6_12_init)
{
	const struct cpumask *possible = scx_bpf_get_possible_cpumask();
	const struct cpumask *online = scx_bpf_get_online_cpumask();
	struct bpf_cpumask *both = bpf_cpumask_create();
	struct timer *timer;
	u32 key = 0;
	s32 err;

	if (both) {
		bpf_cpumask_and(both, possible, online);
		if (bpf_cpumask_first(cast_mask(both)) >= scx_bpf_nr_cpu_ids())
			scx_bpf_exit(7, "no CPU is online");
		bpf_cpumask_release(both);
	}
	scx_bpf_put_cpumask(possible);
	scx_bpf_put_cpumask(online);

	timer = bpf_map_lookup_elem(&timers, &key);
	if (!timer)
		return -ESRCH;
	bpf_timer_init(&timer->timer, &timers, CLOCK_MONOTONIC);
	bpf_timer_set_callback(&timer->timer, on_timer);
	bpf_timer_start(&timer->timer, 1000000, 0);

	err = scx_bpf_create_dsq(FIFO_DSQ, NUMA_NO_NODE);
	return err ?: scx_bpf_create_dsq(VTIME_DSQ, -1);
}

void BPF_STRUCT_OPS(spelling_6_12_exit, struct scx_exit_info *ei)
{
	scx_bpf_destroy_dsq(FIFO_DSQ);
	UEI_RECORD(uei, ei);
}

SCX_OPS_DEFINE(spelling_6_12_ops,
	       .select_cpu = (void *)spelling_6_12_select_cpu,
	       .enqueue = (void *)spelling_6_12_enqueue,
	       .dispatch = (void *)spelling_6_12_dispatch,
	       .running = (void *)spelling_6_12_running,
	       .stopping = (void *)spelling_6_12_stopping,
	       .enable = (void *)spelling_6_12_enable,
	       .cpu_release = (void *)spelling_6_12_cpu_release,
	       .dump = (void *)spelling_6_12_dump,
	       .init = (void *)spelling_6_12_init,
	       .exit = (void *)spelling_6_12_exit,
	       .flags = SCX_OPS_HAS_CGROUP_WEIGHT,
	       .timeout_ms = 5000,
	       .name = "spelling_6_12");
