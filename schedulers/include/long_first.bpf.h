// SPDX-License-Identifier: GPL-2.0-only
/*
 * long_first - runs the long tasks of a batch first, so that they do not end last.
 *
 * For batches of many short CPU-bound processes and a few long ones, released
 * together. Which is which, the including file says: by_name.bpf.h by the name of
 * the program, jobs.bpf.h by what such a program used before. The policy:
 *
 * - Each task is LONG, SHORT, or OTHER (not of the batch, or not yet: a process
 *   is known by its program, so the same task may change when it asks for an
 *   exec). A task has some credit of CPU time; running consumes it, sleeping
 *   restores it.
 * - There is a queue for LONG; PROMPT for others with credit; STARTING for
 *   shorts with credit; BATCH for the other shorts; BUSY for others without.
 *   CPUs serve them in this order, except that PROMPT comes first when there is
 *   a LONG task for every CPU. So whatever sleeps a lot runs at once, and so
 *   does a process up to the exec that tells what it is; a SHORT one's turn ends
 *   there, for the others that have not come so far.
 * - In LONG and BATCH, who has most CPU time still to use is first; where that
 *   is not known, who came first.
 * - LONG and PROMPT preempt shorts and BUSY. Shorts past their start run to
 *   completion while many wait, and in turns when few are left, so that the
 *   last ones end together.
 * - While somebody waits for a lock who is not a SHORT task, tasks that were left
 *   inside the kernel go on before all but LONG ones: one of them may hold it.
 * - Nothing starves: every queue is owed a small share, and whoever has waited
 *   for max_wait_ms gets a short slice before everyone else (LATE).
 *
 * Limits: SHORT and LONG are for work that ends. With as many LONG tasks as
 * CPUs the others live on their shares. Who sleeps for a disk looks as one who
 * waits for a lock. Weights (nice) have no effect.
 */
#ifndef __LONG_FIRST_BPF_H
#define __LONG_FIRST_BPF_H

#include <scx/common.bpf.h>

/* --- what the including file provides ------------------------------------- */

enum lf_class {
	LF_UNKNOWN, /* not looked at yet */
	LF_OTHER,
	LF_SHORT,
	LF_LONG,
};

struct lf_task {
	enum lf_class class;
	u64 exec_id; /* the exec that class belongs to */
	u64 credit_ns;
	u64 remaining_ns; /* CPU time that it is expected still to use; 0 where nobody says */
	u64 turn_ns; /* CPU time since it was last at the end of a queue */
	u64 queued_at_ns; /* when it was put at the end of its queue */
	u64 charged_ns; /* of the CPU time that the kernel counted for it */
	u64 asleep_at_ns; /* 0 unless asleep */
	u64 job; /* these six are the including file's */
	u64 uncharged_ns;
	u64 command;
	u64 announced_ns;
	bool known;
	bool was_long; /* under its present program */
	u32 freed_in_round; /* when it last went on because it may hold a lock */
	bool waits_for_lock; /* while asleep */
	bool counted; /* in lf_nr_blocked */
	bool late; /* waited too long: runs for one short slice */
};

/* A new task, or with FORKED false one that was there before the scheduler. */
static void lf_born(struct task_struct *p, struct lf_task *t, bool forked);

/*
 * Sets the class and the credit of a new task, and of one after its exec. Returns
 * false when it cannot tell now and wants to be asked again.
 */
static bool lf_look(struct task_struct *p, struct lf_task *t);

/*
 * The current task is about to execute the program at PATH with ARGUMENTS, both in its
 * memory. May set its class, credit and what remains, for the time until it has done so.
 */
static void lf_about_to_exec(struct lf_task *t, const char *path, const char *const *arguments);

/* The task has run for USED_NS; and has slept for SLEPT_NS. May change what lf_look() set. */
static void lf_used(struct task_struct *p, struct lf_task *t, u64 used_ns);
static void lf_slept(struct lf_task *t, u64 slept_ns);

/* --- tunables ------------------------------------------------------------------ */

/* Time slices: how long until a LONG or a SHORT task is thought about again. */
const volatile u32 long_slice_us TUNABLE_RANGE(100, 1000000) = 50000;
const volatile u32 short_slice_us TUNABLE_RANGE(100, 1000000) = 20000;
/* Slice of a task with credit. */
const volatile u32 prompt_slice_us TUNABLE_RANGE(100, 1000000) = 5000;
/*
 * CPU time after its exec until a SHORT process counts as started. Little: the
 * shorts that start wait for each other's locks (mappings of the same libraries,
 * lists of the same folders), the LONG task behind them, so few should start at a
 * time. (Python tasks, 39 + 1: the LONG one slept 0.3 to 0.9 s with 100 ms.)
 */
const volatile u32 startup_us TUNABLE_RANGE(0, 10000000) = 1000;
/*
 * Credit of a new process that is not known to be of the batch. Many times what
 * it takes to get to the exec that tells, or else a long task that was unlucky
 * stands in line in LF_Q_BUSY until the shorts are done (seen with 250 ms in an
 * emulated guest, where that exec can take 300 ms).
 */
const volatile u32 other_credit_us TUNABLE_RANGE(0, 100000000) = 1000000;
/* Credit returns, up to what it was, at one part in this many of the time asleep. */
const volatile u32 refill_divisor TUNABLE_RANGE(1, 1000) = 4;
/* Who waited this long is late; well below the watchdog's 30 s. */
const volatile u32 max_wait_ms TUNABLE_RANGE(100, 20000) = 5000;
/* Slice of a task that is late: little, or a thousand of them would undo the order. */
const volatile u32 late_slice_us TUNABLE_RANGE(100, 1000000) = 2000;

/* --- state ------------------------------------------------------------------- */

/* Queues, in the order in which they are served; also their DSQ ids. */
enum lf_queue {
	LF_Q_LONG,
	LF_Q_PROMPT,
	LF_Q_STARTING,
	LF_Q_BATCH,
	LF_Q_BUSY,
	LF_NR_QUEUES,
	/* Tasks of all of them that are late; served before all. */
	LF_Q_LATE = LF_NR_QUEUES,
	LF_Q_NONE, /* of what runs: no task of ours */
};

/*
 * A queue that is not empty gets one slice in this time, on one of the CPUs;
 * with N CPUs N times as often. With slices of 20 ms that is 5 % of the machine
 * for BATCH and 25 % for BUSY; for LATE, with 2 ms, a quarter at most.
 */
static const u32 lf_share_interval_ms[LF_NR_QUEUES + 1] = {
	[LF_Q_LONG] = 100,  [LF_Q_PROMPT] = 20, [LF_Q_STARTING] = 80,
	[LF_Q_BATCH] = 400, [LF_Q_BUSY] = 80,   [LF_Q_LATE] = 8,
};

struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct lf_task);
} lf_tasks SEC(".maps");

/*
 * Written by their own CPU, and by one that preempts it or finds it idle. They race;
 * at worst a CPU is preempted in vain, or keeps its task until the slice ends.
 */
struct lf_cpu {
	s32 running; /* the queue its task came from, LF_Q_NONE for none of ours */
	/* Its own only; on the stack, the verifier would count along. */
	s32 looked_at; /* tasks, by lf_free_lock() */
	s32 waiting[LF_NR_QUEUES + 1]; /* tasks in each queue when lf_dispatch() began */
} __attribute__((aligned(64)));

static struct lf_cpu lf_cpus[NR_CPUS];

/* CPUs that run a task of queue n. */
static s32 lf_nr_running[LF_Q_NONE + 1];

/*
 * When a task of the queue last began to run, or none was there. CPUs race; any of
 * their values will do.
 */
static u64 lf_served_at_ns[LF_NR_QUEUES + 1];

/* lf_share_interval_ms for so many CPUs. */
static u64 lf_interval_ns[LF_NR_QUEUES + 1];

/* When somebody last looked for tasks that are late. */
static u64 lf_searched_at_ns;

static s32 lf_nr_cpus = 1;

/* Tasks asleep for a lock, without the SHORT ones: those wait for each other all the time. */
static s32 lf_nr_blocked;

/* In each round, whoever may hold a lock goes on once; then a CPU does what it would else. */
static u32 lf_round = 1;

/* Where on a task's stack the registers are that it entered the kernel with; seen at an exec. */
static u64 lf_registers_at;

#define LF_WORTH_A_SWITCH_NS 1000000

/* In max_wait_ms late tasks are looked for so often; so many are found at a time. */
#define LF_SEARCHES   5
#define LF_MOST_FOUND 256

/* Who has run for less since it was forked is on its way to its exec. */
#define LF_NEW_NS 5000000

/* So many tasks are looked at for one that may hold a lock. */
#define LF_MOST_LOOKED_AT 256

/* From the kernel's include/linux/sched.h. */
#define TASK_UNINTERRUPTIBLE 0x2
#define TASK_NOLOAD	     0x400

/*
 * A task that was interrupted in its program has so many bytes on its kernel stack below its
 * registers, at most. (x86, kernel 7.3: 256 to 320; 448 and more inside the kernel. Where frames
 * are larger, all count as inside it, and a round is longer.)
 */
#define LF_RETURN_BYTES 384

/* An exec as the kernel calls it; and the stack pointer of a task that does not run. */
#ifdef __TARGET_ARCH_arm64
#define LF_EXECVE	 "__arm64_sys_execve"
#define LF_STACK_POINTER cpu_context.sp
#else
#define LF_EXECVE	 "__x64_sys_execve"
#define LF_STACK_POINTER sp
#endif

/* Beyond every CPU time. */
#define LF_FAR_NS (1ULL << 62)

UEI_DEFINE(uei);

/* --- helpers ------------------------------------------------------------------- */

static struct lf_task *lf_task_of(struct task_struct *p)
{
	return bpf_task_storage_get(&lf_tasks, p, 0, 0);
}

static void lf_take_credit(struct lf_task *t, u64 used_ns)
{
	t->credit_ns -= MIN(used_ns, t->credit_ns);
}

static void lf_give_credit(struct lf_task *t, u64 slept_ns, u64 most_ns)
{
	if (t->credit_ns < most_ns)
		t->credit_ns = MIN(t->credit_ns + slept_ns / (refill_divisor ?: 1), most_ns);
}

static struct lf_cpu *lf_cpu_of(s32 cpu)
{
	return MEMBER_VPTR(lf_cpus, [cpu]);
}

static void lf_add_running(s32 queue, s32 change)
{
	s32 *count = MEMBER_VPTR(lf_nr_running, [queue]);

	if (count)
		__sync_fetch_and_add(count, change);
}

/* Notes that C runs a task of QUEUE, or LF_Q_NONE, and counts it; after lf_init() nobody else does. */
static __always_inline void lf_set_running(struct lf_cpu *c, s32 queue)
{
	s32 before = __sync_lock_test_and_set(&c->running, queue);

	if (before == queue)
		return;
	lf_add_running(before, -1);
	lf_add_running(queue, 1);
}

static u64 lf_slice_ns(s32 queue)
{
	switch (queue) {
	case LF_Q_LONG:
		return long_slice_us * 1000ULL;
	case LF_Q_PROMPT:
	case LF_Q_STARTING:
		return prompt_slice_us * 1000ULL;
	default:
		return short_slice_us * 1000ULL;
	}
}

/* True when P sleeps until a lock or a disk is free. */
static bool lf_waits_for_lock(const struct task_struct *p)
{
	return (p->__state & (TASK_UNINTERRUPTIBLE | TASK_NOLOAD)) == TASK_UNINTERRUPTIBLE;
}

static void lf_set_waits_for_lock(struct lf_task *t, bool waits)
{
	bool counts = waits && t->class != LF_SHORT;

	if (t->counted != counts)
		__sync_fetch_and_add(&lf_nr_blocked, counts ? 1 : -1);
	t->counted = counts;
	t->waits_for_lock = waits;
}

static __noinline void lf_look_again(struct task_struct *p, struct lf_task *t)
{
	u64 exec_id = p->self_exec_id;

	/* First, or else it is looked at twice when that is interrupted. */
	t->exec_id = exec_id;
	if (!lf_look(p, t))
		t->exec_id = exec_id - 1;
}

/* Notices an exec by its number: a tracing program for it could be missed. */
static __always_inline void lf_look_at_program(struct task_struct *p, struct lf_task *t)
{
	if (t->class == LF_UNKNOWN || t->exec_id != p->self_exec_id)
		lf_look_again(p, t);
}

/*
 * Who has waited for a lock mostly holds it now, and has a moment to let go of it: the LONG
 * task may be the next in line. It is part of its work, though, and earns no more than that.
 * (A batch of which all read the same files: the LONG one slept for 2 s behind one that
 * stood in LF_Q_BATCH.)
 */
static void lf_woke(struct lf_task *t, u64 slept_ns)
{
	if (t->waits_for_lock) {
		lf_set_waits_for_lock(t, false);
		t->credit_ns = MAX(t->credit_ns, startup_us * 1000ULL);
		return;
	}
	lf_slept(t, slept_ns);
}

/* The queue for P as things are now. */
static __always_inline s32 lf_queue_of(struct task_struct *p, struct lf_task *t, u64 now)
{
	lf_look_at_program(p, t);
	if (t->asleep_at_ns) {
		lf_woke(t, time_delta(now, t->asleep_at_ns));
		t->asleep_at_ns = 0;
	}

	if (t->class == LF_LONG)
		return LF_Q_LONG;
	if (t->class == LF_SHORT)
		return t->credit_ns ? LF_Q_STARTING : LF_Q_BATCH;
	return t->credit_ns ? LF_Q_PROMPT : LF_Q_BUSY;
}

/* True when the queue is ordered by what is still to do. */
static bool lf_is_ordered(s32 queue)
{
	return queue == LF_Q_LONG || queue == LF_Q_BATCH;
}

/* Least is first. */
static u64 lf_place(const struct lf_task *t)
{
	return t->remaining_ns ? LF_FAR_NS - MIN(t->remaining_ns, LF_FAR_NS) : t->queued_at_ns;
}

/* For the CPU time that the kernel has counted since the last time: none where P only woke. */
static __always_inline void lf_charge(struct task_struct *p, struct lf_task *t)
{
	u64 used_ns = p->se.sum_exec_runtime - t->charged_ns;

	if (!used_ns)
		return;
	t->charged_ns += used_ns;
	t->turn_ns += used_ns;
	lf_used(p, t, used_ns);
}

/*
 * A CPU to preempt for P out of QUEUE: the one that runs the least important
 * task. A LONG task makes room for a PROMPT one only when nothing else runs.
 */
static s32 lf_find_victim(struct task_struct *p, s32 queue)
{
	s32 cpu, victim = -1, with_long = -1, least = MAX(queue, LF_Q_PROMPT);
	bool anywhere = p->nr_cpus_allowed >= lf_nr_cpus, prompt_runs = false;

	bpf_for(cpu, 0, lf_nr_cpus) {
		struct lf_cpu *c = lf_cpu_of(cpu);

		if (!c || !(anywhere || bpf_cpumask_test_cpu(cpu, p->cpus_ptr)))
			continue;
		if (c->running > least && c->running < LF_NR_QUEUES) {
			least = c->running;
			victim = cpu;
		} else if (c->running == LF_Q_LONG) {
			with_long = cpu;
		} else if (c->running == LF_Q_PROMPT) {
			prompt_runs = true;
		}
	}
	return victim < 0 && queue == LF_Q_PROMPT && !prompt_runs ? with_long : victim;
}

/* Gets a CPU to look at QUEUE, to which P has just been added. */
static void lf_find_cpu_for(struct task_struct *p, s32 queue)
{
	struct lf_cpu *c;
	s32 cpu;

	if (lf_nr_running[LF_Q_NONE] > 0) {
		cpu = scx_bpf_pick_idle_cpu(p->cpus_ptr, 0);
		if (cpu >= 0) {
			scx_bpf_kick_cpu(cpu, SCX_KICK_IDLE);
			return;
		}
	}
	if (queue > LF_Q_STARTING)
		return;
	cpu = lf_find_victim(p, queue);
	c = lf_cpu_of(cpu);
	if (cpu < 0 || !c)
		return;
	/* Claimed: whoever comes next looks for another one. */
	lf_set_running(c, queue);
	scx_bpf_kick_cpu(cpu, SCX_KICK_PREEMPT);
}

/* Moves tasks that have waited for too long to LF_Q_LATE; now and then, on one of the CPUs. */
static void lf_find_late(u64 now)
{
	u64 searched_at_ns = lf_searched_at_ns;
	s32 queue, found = 0;

	if (time_delta(now, searched_at_ns) < max_wait_ms * 1000000ULL / LF_SEARCHES ||
	    !__sync_bool_compare_and_swap(&lf_searched_at_ns, searched_at_ns, now))
		return;
	bpf_for(queue, 0, LF_NR_QUEUES) {
		struct task_struct *p;

		bpf_for_each(scx_dsq, p, queue, 0) {
			struct lf_task *t = lf_task_of(p);

			if (!t || time_delta(now, t->queued_at_ns) < max_wait_ms * 1000000ULL)
				continue;
			if (found++ == LF_MOST_FOUND)
				return;
			t->late = true;
			scx_bpf_dsq_move_set_slice(BPF_FOR_EACH_ITER, late_slice_us * 1000ULL);
			scx_bpf_dsq_move(BPF_FOR_EACH_ITER, p, LF_Q_LATE, 0);
		}
	}
}

/*
 * True when P, which does not run, is inside the kernel: asleep there until now, or interrupted
 * in a system call or a page fault.
 */
static bool lf_in_kernel(const struct task_struct *p)
{
	u64 registers_at = (u64)BPF_CORE_READ(p, stack) + lf_registers_at;

	return lf_registers_at && !(p->flags & PF_KTHREAD) &&
	       registers_at - p->thread.LF_STACK_POINTER > LF_RETURN_BYTES;
}

/*
 * Puts a task that is inside the kernel onto this CPU: it may hold a lock. (40 programs that
 * start map the same libraries and list the same folders. A holder of i_mmap_rwsem stood in
 * LF_Q_BATCH for 0.7 s, and all that mapped something slept behind it, the LONG one with them.)
 */
static __noinline bool lf_free_lock(struct lf_cpu *c)
{
	s32 queue;

	c->looked_at = 0;
	bpf_for(queue, LF_Q_PROMPT, LF_NR_QUEUES) {
		struct task_struct *p;

		bpf_for_each(scx_dsq, p, queue, 0) {
			struct lf_task *t = lf_task_of(p);

			if (c->looked_at++ >= LF_MOST_LOOKED_AT)
				break;
			if (!t || t->freed_in_round == lf_round || !lf_in_kernel(p))
				continue;
			scx_bpf_dsq_move_set_slice(BPF_FOR_EACH_ITER, late_slice_us * 1000ULL);
			if (!scx_bpf_dsq_move(BPF_FOR_EACH_ITER, p, SCX_DSQ_LOCAL, 0))
				continue;
			t->freed_in_round = lf_round;
			return true;
		}
	}
	lf_round++;
	return false;
}

/*
 * True when the first in LF_Q_PROMPT has hardly run since it was forked. Its exec is next,
 * and it may be the LONG one; and it holds no lock that would not be free in a moment.
 */
static bool lf_new_one_waits(void)
{
	struct task_struct *p = __COMPAT_scx_bpf_dsq_peek(LF_Q_PROMPT);
	struct lf_task *t = p && (p->flags & PF_FORKNOEXEC) ? lf_task_of(p) : NULL;

	return t && t->credit_ns + LF_NEW_NS > other_credit_us * 1000ULL;
}

/* True when tasks wait in QUEUE and none of it began to run in its interval, on any of the CPUs. */
static __always_inline bool lf_is_owed(const struct lf_cpu *c, s32 queue, u64 now)
{
	if (time_delta(now, lf_served_at_ns[queue]) <= lf_interval_ns[queue])
		return false;
	if (c->waiting[queue] > 0)
		return true;
	lf_served_at_ns[queue] = now;
	return false;
}

/*
 * Once for all: to ask for each queue where it is needed, or to move from it in vain, costs more.
 * So do loops that are unrolled and calls that are not inlined, as the code is cold whenever it is
 * run. (Emulated, 2 CPUs: what a profile of the callbacks showed most was the emulator's search for
 * its translation, at each call and return; together they took 0.8 times as long after this.)
 */
static __always_inline void lf_count_waiting(struct lf_cpu *c)
{
	s32 queue;

#pragma clang loop unroll(disable)
	for (queue = 0; queue <= LF_NR_QUEUES; queue++)
		c->waiting[queue] = scx_bpf_dsq_nr_queued(queue);
}

/* What the first task of QUEUE has still to do; 0 where that is not known, or there is none. */
static u64 lf_most_remaining_ns(s32 queue)
{
	struct task_struct *p = __COMPAT_scx_bpf_dsq_peek(queue);
	struct lf_task *t = p ? lf_task_of(p) : NULL;

	return t ? t->remaining_ns : 0;
}

/* True when T, which runs out of QUEUE, goes on although others wait there. */
static __always_inline bool lf_keeps_cpu(const struct lf_task *t, s32 queue, s32 waiting)
{
	bool to_completion = queue == LF_Q_BATCH && waiting >= lf_nr_cpus;

	if (waiting == 0)
		return true;
	if (t->late)
		return false;
	if (lf_is_ordered(queue) && t->remaining_ns) {
		/* Interrupted for more work only; and for much more, when many shorts wait. */
		u64 more_ns = to_completion ? t->remaining_ns : t->remaining_ns / 8;

		return lf_most_remaining_ns(queue) <= t->remaining_ns + more_ns;
	}
	return to_completion;
}

/*
 * True when P was preempted in the middle of its turn. What is left of the turn
 * must be worth a switch; a task that has slept starts a new one.
 */
static bool lf_resumes_turn(const struct lf_task *t, s32 queue, u64 enq_flags)
{
	return lf_is_ordered(queue) && !t->late && !(enq_flags & SCX_ENQ_WAKEUP) &&
	       t->turn_ns + LF_WORTH_A_SWITCH_NS < lf_slice_ns(queue);
}

/* --- callbacks ------------------------------------------------------------------ */

s32 BPF_STRUCT_OPS(lf_select_cpu, struct task_struct *p, s32 prev_cpu, u64 wake_flags)
{
	bool is_idle = false;
	s32 queue, cpu = scx_bpf_select_cpu_dfl(p, prev_cpu, wake_flags, &is_idle);
	struct lf_cpu *c = lf_cpu_of(cpu);
	struct lf_task *t = is_idle ? lf_task_of(p) : NULL;

	if (t && c) {
		queue = lf_queue_of(p, t, scx_bpf_now());
		t->turn_ns = 0;
		lf_set_running(c, queue);
		scx_bpf_dsq_insert(p, SCX_DSQ_LOCAL, lf_slice_ns(queue), 0);
	}
	return cpu;
}

void BPF_STRUCT_OPS(lf_enqueue, struct task_struct *p, u64 enq_flags)
{
	struct lf_task *t = lf_task_of(p);
	u64 now = scx_bpf_now();
	u64 slice_ns;
	s32 queue;

	/* Cannot happen: lf_init_task() fails without storage. */
	if (!t) {
		scx_bpf_dsq_insert(p, LF_Q_BUSY, SCX_SLICE_DFL, enq_flags);
		return;
	}
	lf_charge(p, t);
	queue = lf_queue_of(p, t, now);

	/* A CPU's own kernel threads can run nowhere else, and others wait for them. */
	if (queue == LF_Q_PROMPT && (p->flags & PF_KTHREAD) && p->nr_cpus_allowed == 1) {
		scx_bpf_dsq_insert(p, SCX_DSQ_LOCAL, SCX_SLICE_DFL, enq_flags | SCX_ENQ_PREEMPT);
		return;
	}

	slice_ns = lf_slice_ns(queue);
	if (lf_resumes_turn(t, queue, enq_flags)) {
		/* As if it had never left. */
		slice_ns -= t->turn_ns;
	} else {
		t->turn_ns = 0;
		t->queued_at_ns = now;
	}
	t->late = false;
	if (lf_is_ordered(queue))
		scx_bpf_dsq_insert_vtime(p, queue, slice_ns, lf_place(t), enq_flags);
	else
		scx_bpf_dsq_insert(p, queue, slice_ns, enq_flags);
	lf_find_cpu_for(p, queue);
}

/* What lf_next() has found, if no task of a queue. */
enum {
	LF_GOES_ON = LF_Q_NONE + 1, /* the one before */
	LF_FREED, /* one that may hold a lock */
};

/*
 * Moves the next task to the CPU; its queue, or LF_Q_NONE. T ran until now and could go on,
 * unless it is NULL, out of PREV_QUEUE.
 */
static __always_inline s32 lf_next(struct lf_cpu *c, const struct lf_task *t, s32 prev_queue,
				   u64 now)
{
	s32 i, queue, long_waiting;

	/* What is owed; LATE first, and LF_Q_LONG last, or many long tasks keep PROMPT waiting. */
#pragma clang loop unroll(disable)
	for (i = 0; i <= LF_NR_QUEUES; i++) {
		queue = i ? i % LF_NR_QUEUES : LF_Q_LATE;
		if (queue != prev_queue && lf_is_owed(c, queue, now) &&
		    scx_bpf_dsq_move_to_local(queue))
			return queue;
	}

	/*
	 * LONG tasks lend a CPU only when they have them all. (39 + 1 tasks that read many files: in its
	 * first 0.5 s the LONG one waited after its slices, up to 20 ms, for others' locks.)
	 */
	long_waiting = c->waiting[LF_Q_LONG] + (prev_queue == LF_Q_LONG);
	if (!long_waiting ||
	    long_waiting + lf_nr_running[LF_Q_LONG] - (c->running == LF_Q_LONG) >= lf_nr_cpus) {
		if (lf_nr_blocked > 0 && !lf_new_one_waits() && lf_free_lock(c))
			return LF_FREED;
		if (long_waiting && c->waiting[LF_Q_PROMPT] > 0 &&
		    scx_bpf_dsq_move_to_local(LF_Q_PROMPT))
			return LF_Q_PROMPT;
	}

#pragma clang loop unroll(disable)
	for (queue = 0; queue < LF_NR_QUEUES; queue++) {
		s32 waiting = c->waiting[queue];

		if (t && queue == prev_queue && lf_keeps_cpu(t, queue, waiting))
			return LF_GOES_ON;
		if (waiting > 0 && scx_bpf_dsq_move_to_local(queue))
			return queue;
		if (t && queue == prev_queue)
			return LF_GOES_ON;
	}
	/* Would be idle, unless somebody has come meanwhile. */
#pragma clang loop unroll(disable)
	for (queue = 0; queue <= LF_NR_QUEUES; queue++) {
		if (scx_bpf_dsq_move_to_local(queue))
			return queue;
	}
	return LF_Q_NONE;
}

void BPF_STRUCT_OPS(lf_dispatch, s32 cpu, struct task_struct *prev)
{
	struct lf_cpu *c = lf_cpu_of(cpu);
	struct lf_task *t = NULL;
	s32 queue, prev_queue = LF_Q_NONE;
	u64 now = scx_bpf_now(), *served_at_ns;

	if (!c)
		return;
	if (prev && (prev->scx.flags & SCX_TASK_QUEUED)) {
		t = lf_task_of(prev);
		if (t) {
			lf_charge(prev, t);
			prev_queue = lf_queue_of(prev, t, now);
		}
	}
	lf_find_late(now);
	lf_count_waiting(c);
	queue = lf_next(c, t, prev_queue, now);
	if (queue == LF_FREED) {
		/* Out of its turn, and for a moment, as one that is late. */
		lf_set_running(c, LF_Q_LATE);
		return;
	}
	if (queue == LF_GOES_ON && t) {
		queue = prev_queue;
		t->late = false;
		t->turn_ns = 0;
		scx_bpf_task_set_slice(prev, lf_slice_ns(queue));
	}
	lf_set_running(c, queue);
	served_at_ns = MEMBER_VPTR(lf_served_at_ns, [queue]);
	if (served_at_ns)
		*served_at_ns = now;
}

void BPF_STRUCT_OPS(lf_quiescent, struct task_struct *p, u64 deq_flags)
{
	struct lf_task *t = lf_task_of(p);

	if (!t || !(deq_flags & SCX_DEQ_SLEEP))
		return;
	lf_charge(p, t);
	t->asleep_at_ns = scx_bpf_now();
	lf_set_waits_for_lock(t, lf_waits_for_lock(p));
}

/* The task ends, or another policy schedules it from now on. */
void BPF_STRUCT_OPS(lf_disable, struct task_struct *p)
{
	struct lf_task *t = lf_task_of(p);

	if (t)
		lf_set_waits_for_lock(t, false);
}

/* The name of a process that has executed PATH, in the current task's memory. COMM: zeros. */
static __noinline void lf_name_at(const char *path, char comm[TASK_COMM_LEN])
{
	char text[256];
	long length = bpf_probe_read_user_str(text, sizeof(text), path);
	u32 i, name_at = 0;

	bpf_for(i, 0, sizeof(text)) {
		if (i >= length)
			break;
		if (text[i] == '/')
			name_at = i + 1;
	}
	bpf_probe_read_user_str(comm, TASK_COMM_LEN, path + name_at);
}

/*
 * Nearly all of an exec is still to come: files to open, locks to wait for, memory to set
 * up. (40 programs released together, 4 CPUs: the LONG one, known only by its new program,
 * took 0.2 s to become it, in turns with the shorts on their way to theirs.) An execveat()
 * is not seen here, nor one of a 32-bit program; those are known when they are done.
 */
SEC("fentry/" LF_EXECVE)
int BPF_PROG(lf_execve, const struct pt_regs *regs)
{
	struct task_struct *p = bpf_get_current_task_btf();
	struct lf_task *t = lf_task_of(p);

	lf_registers_at = (u64)regs - (u64)p->stack;
	if (!t)
		return 0;
	/* It may have begun just now, and will be another one. */
	lf_look_at_program(p, t);
	lf_about_to_exec(t, (const char *)PT_REGS_PARM1_CORE_SYSCALL(regs),
			 (const char *const *)PT_REGS_PARM2_CORE_SYSCALL(regs));
	/* At the next tick. A kick would end the turn in here, and meanwhile no exec is seen. */
	if (t->class == LF_SHORT && scx_bpf_dsq_nr_queued(LF_Q_PROMPT) > 0 &&
	    bpf_ksym_exists(scx_bpf_task_set_slice___scx))
		scx_bpf_task_set_slice___scx(p, 0);
	return 0;
}

s32 BPF_STRUCT_OPS(lf_init_task, struct task_struct *p, struct scx_init_task_args *args)
{
	struct lf_task *t = bpf_task_storage_get(&lf_tasks, p, 0, BPF_LOCAL_STORAGE_GET_F_CREATE);

	if (!t)
		return -ENOMEM;
	t->charged_ns = p->se.sum_exec_runtime;
	lf_born(p, t, args->fork);
	return 0;
}

s32 BPF_STRUCT_OPS_SLEEPABLE(lf_init)
{
	const struct cpumask *online = scx_bpf_get_online_cpumask();
	s32 i, err;

	lf_nr_cpus = bpf_cpumask_weight(online) ?: 1;
	scx_bpf_put_cpumask(online);
	if (!long_slice_us || !short_slice_us || !prompt_slice_us || !late_slice_us) {
		scx_bpf_error("a slice of 0 us lets nothing run");
		return -EINVAL;
	}

	bpf_for(i, 0, NR_CPUS) {
		struct lf_cpu *c = lf_cpu_of(i);

		if (c)
			c->running = LF_Q_NONE;
	}
	lf_nr_running[LF_Q_NONE] = lf_nr_cpus;
	bpf_for(i, 0, LF_Q_LATE + 1) {
		lf_interval_ns[i] = lf_share_interval_ms[i] * 1000000ULL / lf_nr_cpus;
		err = scx_bpf_create_dsq(i, NUMA_NO_NODE);
		if (err)
			return err;
	}
	return 0;
}

void BPF_STRUCT_OPS(lf_exit, struct scx_exit_info *info)
{
	UEI_RECORD(uei, info);
}

/* The scheduler NAME with callbacks of its own, and the license that kernel functions ask for. */
#define LONG_FIRST_OPS(NAME, more...)           \
	char _license[] SEC("license") = "GPL"; \
	SCX_OPS_DEFINE(NAME,                                                                       \
		       .select_cpu = (void *)lf_select_cpu,                                        \
		       .enqueue = (void *)lf_enqueue,                                              \
		       .dispatch = (void *)lf_dispatch,                                            \
		       .quiescent = (void *)lf_quiescent,                                          \
		       .disable = (void *)lf_disable,                                              \
		       .init_task = (void *)lf_init_task,                                          \
		       .init = (void *)lf_init,                                                    \
		       .exit = (void *)lf_exit,                                                    \
		       /* Tasks may wait for max_wait_ms, and then for their turn. */              \
		       .timeout_ms = 30000,                                                        \
		       .name = #NAME, ##more)

#endif /* __LONG_FIRST_BPF_H */
