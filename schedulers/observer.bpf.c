// SPDX-License-Identifier: GPL-2.0-only
/*
 * observer - notes which of some tasks runs on which CPU and since when it wanted to.
 *
 * No scheduler: it looks on under any. observer.c hands in the tasks and reads
 * the buffer when they have ended; nobody is woken while they run. A thread of a
 * task, and whatever it forks, counts to the task.
 *
 * There is one record for each stretch of a task on a CPU, written when it
 * leaves it, and one for each stretch of others, however often they take turns
 * among themselves; what is left of a CPU's time is idle. A wake-up writes
 * nothing but the instant, into the thread's own storage.
 *
 * Every program here runs with interrupts off, so none interrupts another on its
 * CPU, and none is left out because another one was preempted: that happens to
 * the programs of sched_process_fork and sched_process_exec. What is to be known
 * of a fork is known at sched_wakeup_new, where the parent is the current task;
 * an exec changes nothing; after an exit there is a last switch.
 *
 * Limits: stretches for which there is no room are counted and dropped.
 */
#include <scx/common.bpf.h>
#include "observer.h"

char _license[] SEC("license") = "GPL";

/* Room for each CPU's stretches. */
const volatile u32 capacity = 1;

/* Each CPU has a part of its own, so that none waits for another. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1); /* CPUs * capacity */
	__type(key, u32);
	__type(value, struct stretch);
} stretches SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1); /* CPUs */
	__type(key, u32);
	__type(value, struct observed_cpu);
} cpus SEC(".maps");

/* Has the tasks' threads, and nobody else. */
struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct observed_thread);
} threads SEC(".maps");

extern struct rq runqueues __ksym;

/*
 * The instant of this switch by which the kernel charges the tasks for their CPU
 * time: it read the run queue's clock a little before. Mostly that is microseconds,
 * but an interrupt, or the host of a guest, may come between, and then the task
 * that comes is charged, not the one that goes.
 */
static u64 charged_until(struct observed_cpu *c)
{
	struct rq *rq = bpf_this_cpu_ptr(&runqueues);
	u64 clock = rq->clock;
	u64 now = bpf_ktime_get_ns();
	s64 offset = now - clock;
	/* The clocks may drift apart by a thousandth. */
	s64 most = c->offset_ns + (s64)((now - c->offset_at_ns) / 1024);

	c->offset_ns = c->offset_at_ns ? MIN(offset, most) : offset;
	c->offset_at_ns = now;
	return clock + c->offset_ns;
}

static struct observed_thread *thread_of(struct task_struct *p)
{
	/* Spares kernel threads, the idle ones among them, the look into their storage. */
	if (p->flags & PF_KTHREAD)
		return NULL;
	return bpf_task_storage_get(&threads, p, 0, 0);
}

static s32 occupant_of(const struct task_struct *p, const struct observed_thread *thread)
{
	if (thread)
		return thread->task;
	return p->pid == 0 ? OCCUPANT_IDLE : OCCUPANT_OTHERS;
}

/* Writes down what CPU was doing until now. */
static void end_stretch(struct observed_cpu *c, u32 cpu, u64 now, u32 flags)
{
	u32 place = cpu * capacity + c->stored;
	struct stretch *s;

	if (c->stored >= capacity || !(s = bpf_map_lookup_elem(&stretches, &place))) {
		c->lost++;
		return;
	}
	s->runnable_ns = c->runnable_ns;
	s->start_ns = c->start_ns;
	s->end_ns = now;
	s->occupant = c->occupant;
	s->cpu = cpu;
	s->flags = c->flags | flags;
	c->stored++;
}

SEC("tp_btf/sched_switch")
int BPF_PROG(on_switch, bool preempt, struct task_struct *prev, struct task_struct *next,
	     unsigned int prev_state)
{
	u32 cpu = bpf_get_smp_processor_id();
	struct observed_cpu *c = bpf_map_lookup_elem(&cpus, &cpu);
	struct observed_thread *thread;
	s32 occupant;
	u64 now;

	if (!c)
		return 0;
	now = charged_until(c);

	if (c->occupant > 0) {
		/* A task that was about to sleep may be preempted before it does. */
		bool goes_on = preempt || prev_state == 0;

		thread = thread_of(prev);
		if (thread)
			thread->runnable_ns = goes_on ? now : 0;
		end_stretch(c, cpu, now, goes_on ? STRETCH_PREEMPTED : 0);
	}

	thread = thread_of(next);
	occupant = occupant_of(next, thread);
	if (c->occupant == OCCUPANT_OTHERS) {
		if (occupant == OCCUPANT_OTHERS)
			return 0;
		end_stretch(c, cpu, now, 0);
	}
	c->occupant = occupant;
	c->start_ns = now;
	c->runnable_ns = now;
	c->flags = 0;
	if (!thread)
		return 0;
	if (thread->runnable_ns)
		c->runnable_ns = thread->runnable_ns;
	/* Another CPU may have read its clock a little later, and yet have let go of it before. */
	c->start_ns = MAX(now, c->runnable_ns);
	if (thread->last_cpu && thread->last_cpu != cpu + 1)
		c->flags = STRETCH_MIGRATED;
	thread->last_cpu = cpu + 1;
	thread->runnable_ns = 0;
	return 0;
}

SEC("tp_btf/sched_wakeup")
int BPF_PROG(on_wakeup, struct task_struct *p)
{
	struct observed_thread *thread = thread_of(p);

	/*
	 * A thread that waits already goes on waiting, and of one that has yet to
	 * fall asleep the switch will say what it wants.
	 */
	if (thread && !thread->runnable_ns)
		thread->runnable_ns = bpf_ktime_get_ns();
	return 0;
}

SEC("tp_btf/sched_wakeup_new")
int BPF_PROG(on_wakeup_new, struct task_struct *p)
{
	struct observed_thread *parent, *thread;
	u32 cpu = bpf_get_smp_processor_id();
	struct observed_cpu *c;

	parent = thread_of(bpf_get_current_task_btf());
	if (!parent)
		return 0;
	thread = bpf_task_storage_get(&threads, p, 0, BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (thread) {
		thread->task = parent->task;
		thread->runnable_ns = bpf_ktime_get_ns();
		return 0;
	}
	/* All that the child does will be missing. */
	c = bpf_map_lookup_elem(&cpus, &cpu);
	if (c)
		c->lost++;
	return 0;
}
