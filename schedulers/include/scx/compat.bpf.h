// SPDX-License-Identifier: GPL-2.0-only
/*
 * Kernel functions and constants that have changed between 6.12 and 7.3, each
 * under the names it has had. The choice is made when the object is loaded:
 * the verifier knows which kfuncs exist and drops the other branches.
 *
 * A declaration's last "___suffix" is a flavour: libbpf strips it and looks up
 * the rest. Only the last one goes, so a kernel name that itself ends in ___v2
 * is declared as ...___v2___scx. A weak kfunc of another type than the
 * kernel's counts as absent, which tells the flavours apart.
 */
#ifndef __SCX_COMPAT_BPF_H
#define __SCX_COMPAT_BPF_H

/* --- constants ------------------------------------------------------------ */

/*
 * 6.18 and 7.3 disagree on these two, so the running kernel is asked, and a
 * vmlinux.h without them will do as well. Not for static initialisers.
 */
enum scx_enq_flags___scx {
	SCX_ENQ_HEAD___scx = 1LLU << 4,
	SCX_ENQ_CPU_SELECTED___scx = 1LLU << 10,
	/* As in the kernel, so that both are 64 bits wide. */
	__SCX_ENQ_WIDE___scx = 1LLU << 56,
};

#define __scx_enum_or_zero(type, enumerator) \
	(bpf_core_enum_value_exists(type, enumerator) ? bpf_core_enum_value(type, enumerator) : 0)

#define SCX_ENQ_HEAD __scx_enum_or_zero(enum scx_enq_flags___scx, SCX_ENQ_HEAD___scx)
#define SCX_ENQ_CPU_SELECTED \
	__scx_enum_or_zero(enum scx_enq_flags___scx, SCX_ENQ_CPU_SELECTED___scx)

#define __COMPAT_ENUM_OR_ZERO(type, enumerator) ((type)__scx_enum_or_zero(type, enumerator))

/* True when ops.select_cpu() has run for this enqueue; unknown (true) before 6.15. */
static inline bool __COMPAT_is_enq_cpu_selected(u64 enq_flags)
{
	if (!bpf_core_enum_value_exists(enum scx_enq_flags___scx, SCX_ENQ_CPU_SELECTED___scx))
		return true;
	return enq_flags & SCX_ENQ_CPU_SELECTED;
}

/* --- into a queue ----------------------------------------------------------
 *
 * 6.12 scx_bpf_dispatch(), 6.13 scx_bpf_dsq_insert(), 6.19 a form that returns
 * whether the task was inserted. The older forms count as success.
 */
bool scx_bpf_dsq_insert___v2___scx(struct task_struct *p, u64 dsq_id, u64 slice,
				   u64 enq_flags) __ksym __weak;
void scx_bpf_dsq_insert___v1(struct task_struct *p, u64 dsq_id, u64 slice,
			     u64 enq_flags) __ksym __weak;
void scx_bpf_dispatch___scx(struct task_struct *p, u64 dsq_id, u64 slice,
			    u64 enq_flags) __ksym __weak;

static __always_inline bool scx_bpf_dsq_insert(struct task_struct *p, u64 dsq_id, u64 slice,
					       u64 enq_flags)
{
	if (bpf_ksym_exists(scx_bpf_dsq_insert___v2___scx))
		return scx_bpf_dsq_insert___v2___scx(p, dsq_id, slice, enq_flags);
	if (bpf_ksym_exists(scx_bpf_dsq_insert___v1))
		scx_bpf_dsq_insert___v1(p, dsq_id, slice, enq_flags);
	else
		scx_bpf_dispatch___scx(p, dsq_id, slice, enq_flags);
	return true;
}

struct scx_bpf_dsq_insert_vtime_args___scx {
	u64 dsq_id;
	u64 slice;
	u64 vtime;
	u64 enq_flags;
};

bool __scx_bpf_dsq_insert_vtime___scx(
	struct task_struct *p, struct scx_bpf_dsq_insert_vtime_args___scx *args) __ksym __weak;
void scx_bpf_dsq_insert_vtime___scx(struct task_struct *p, u64 dsq_id, u64 slice, u64 vtime,
				    u64 enq_flags) __ksym __weak;
void scx_bpf_dispatch_vtime___scx(struct task_struct *p, u64 dsq_id, u64 slice, u64 vtime,
				  u64 enq_flags) __ksym __weak;

static __always_inline bool scx_bpf_dsq_insert_vtime(struct task_struct *p, u64 dsq_id, u64 slice,
						     u64 vtime, u64 enq_flags)
{
	if (bpf_ksym_exists(__scx_bpf_dsq_insert_vtime___scx)) {
		struct scx_bpf_dsq_insert_vtime_args___scx args = {
			.dsq_id = dsq_id,
			.slice = slice,
			.vtime = vtime,
			.enq_flags = enq_flags,
		};

		return __scx_bpf_dsq_insert_vtime___scx(p, &args);
	}
	if (bpf_ksym_exists(scx_bpf_dsq_insert_vtime___scx))
		scx_bpf_dsq_insert_vtime___scx(p, dsq_id, slice, vtime, enq_flags);
	else
		scx_bpf_dispatch_vtime___scx(p, dsq_id, slice, vtime, enq_flags);
	return true;
}

/* --- from a queue to this CPU ------------------------------------------------
 *
 * 6.12 scx_bpf_consume(), 6.13 scx_bpf_dsq_move_to_local() with one argument,
 * 7.1 with enq_flags as the second. Sources may give one or two.
 */
bool scx_bpf_dsq_move_to_local___v2___scx(u64 dsq_id, u64 enq_flags) __ksym __weak;
bool scx_bpf_dsq_move_to_local___v1(u64 dsq_id) __ksym __weak;
bool scx_bpf_consume___scx(u64 dsq_id) __ksym __weak;

static __always_inline bool __scx_move_to_local(u64 dsq_id, u64 enq_flags)
{
	/*
	 * The built-in queues cannot be named here: the kernel would eject the
	 * scheduler, and it drains the global queue by itself.
	 */
	if (dsq_id & SCX_DSQ_FLAG_BUILTIN)
		return false;
	if (bpf_ksym_exists(scx_bpf_dsq_move_to_local___v2___scx))
		return scx_bpf_dsq_move_to_local___v2___scx(dsq_id, enq_flags);
	if (bpf_ksym_exists(scx_bpf_dsq_move_to_local___v1))
		return scx_bpf_dsq_move_to_local___v1(dsq_id);
	return scx_bpf_consume___scx(dsq_id);
}

#define __scx_second(first, second, rest...) second
#define scx_bpf_dsq_move_to_local(dsq_id, enq_flags...) \
	__scx_move_to_local(dsq_id, __scx_second(dsq_id, ##enq_flags, 0))

/* --- from a queue to a queue --------------------------------------------------
 *
 * 6.12 scx_bpf_dispatch[_vtime]_from_dsq(), 6.13 scx_bpf_dsq_move[_vtime]().
 */
bool scx_bpf_dsq_move___scx(struct bpf_iter_scx_dsq *it, struct task_struct *p, u64 dsq_id,
			    u64 enq_flags) __ksym __weak;
bool scx_bpf_dsq_move_vtime___scx(struct bpf_iter_scx_dsq *it, struct task_struct *p, u64 dsq_id,
				  u64 enq_flags) __ksym __weak;
void scx_bpf_dsq_move_set_slice___scx(struct bpf_iter_scx_dsq *it, u64 slice) __ksym __weak;
void scx_bpf_dsq_move_set_vtime___scx(struct bpf_iter_scx_dsq *it, u64 vtime) __ksym __weak;
bool scx_bpf_dispatch_from_dsq___scx(struct bpf_iter_scx_dsq *it, struct task_struct *p, u64 dsq_id,
				     u64 enq_flags) __ksym __weak;
bool scx_bpf_dispatch_vtime_from_dsq___scx(struct bpf_iter_scx_dsq *it, struct task_struct *p,
					   u64 dsq_id, u64 enq_flags) __ksym __weak;
void scx_bpf_dispatch_from_dsq_set_slice___scx(struct bpf_iter_scx_dsq *it,
					       u64 slice) __ksym __weak;
void scx_bpf_dispatch_from_dsq_set_vtime___scx(struct bpf_iter_scx_dsq *it,
					       u64 vtime) __ksym __weak;

static __always_inline bool scx_bpf_dsq_move(struct bpf_iter_scx_dsq *it, struct task_struct *p,
					     u64 dsq_id, u64 enq_flags)
{
	if (bpf_ksym_exists(scx_bpf_dsq_move___scx))
		return scx_bpf_dsq_move___scx(it, p, dsq_id, enq_flags);
	return scx_bpf_dispatch_from_dsq___scx(it, p, dsq_id, enq_flags);
}

static __always_inline bool scx_bpf_dsq_move_vtime(struct bpf_iter_scx_dsq *it,
						   struct task_struct *p, u64 dsq_id, u64 enq_flags)
{
	if (bpf_ksym_exists(scx_bpf_dsq_move_vtime___scx))
		return scx_bpf_dsq_move_vtime___scx(it, p, dsq_id, enq_flags);
	return scx_bpf_dispatch_vtime_from_dsq___scx(it, p, dsq_id, enq_flags);
}

static __always_inline void scx_bpf_dsq_move_set_slice(struct bpf_iter_scx_dsq *it, u64 slice)
{
	if (bpf_ksym_exists(scx_bpf_dsq_move_set_slice___scx))
		scx_bpf_dsq_move_set_slice___scx(it, slice);
	else
		scx_bpf_dispatch_from_dsq_set_slice___scx(it, slice);
}

static __always_inline void scx_bpf_dsq_move_set_vtime(struct bpf_iter_scx_dsq *it, u64 vtime)
{
	if (bpf_ksym_exists(scx_bpf_dsq_move_set_vtime___scx))
		scx_bpf_dsq_move_set_vtime___scx(it, vtime);
	else
		scx_bpf_dispatch_from_dsq_set_vtime___scx(it, vtime);
}

/* The names of 6.12, and those that headers between 6.13 and 7.0 gave their wrappers. */
#define scx_bpf_dispatch			     scx_bpf_dsq_insert
#define scx_bpf_dispatch_vtime			     scx_bpf_dsq_insert_vtime
#define scx_bpf_consume(dsq_id)			     scx_bpf_dsq_move_to_local(dsq_id)
#define scx_bpf_dispatch_from_dsq		     scx_bpf_dsq_move
#define scx_bpf_dispatch_vtime_from_dsq		     scx_bpf_dsq_move_vtime
#define scx_bpf_dispatch_from_dsq_set_slice	     scx_bpf_dsq_move_set_slice
#define scx_bpf_dispatch_from_dsq_set_vtime	     scx_bpf_dsq_move_set_vtime
#define __COMPAT_scx_bpf_dispatch_from_dsq	     scx_bpf_dsq_move
#define __COMPAT_scx_bpf_dispatch_vtime_from_dsq     scx_bpf_dsq_move_vtime
#define __COMPAT_scx_bpf_dispatch_from_dsq_set_slice scx_bpf_dsq_move_set_slice
#define __COMPAT_scx_bpf_dispatch_from_dsq_set_vtime scx_bpf_dsq_move_set_vtime
#define __COMPAT_scx_bpf_dsq_move		     scx_bpf_dsq_move
#define __COMPAT_scx_bpf_dsq_move_vtime		     scx_bpf_dsq_move_vtime
#define __COMPAT_scx_bpf_dsq_move_set_slice	     scx_bpf_dsq_move_set_slice
#define __COMPAT_scx_bpf_dsq_move_set_vtime	     scx_bpf_dsq_move_set_vtime
#define __COMPAT_scx_bpf_task_cgroup		     scx_bpf_task_cgroup

/* --- the rest ------------------------------------------------------------------ */

/* 6.19 returns nothing and works anywhere; older kernels count, in ops.cpu_release() only. */
void scx_bpf_reenqueue_local___v2___scx(void) __ksym __weak;
u32 scx_bpf_reenqueue_local___v1(void) __ksym __weak;

/* How many tasks were enqueued again; 0 where the kernel no longer says. */
static __always_inline u32 scx_bpf_reenqueue_local(void)
{
	if (bpf_ksym_exists(scx_bpf_reenqueue_local___v2___scx)) {
		scx_bpf_reenqueue_local___v2___scx();
		return 0;
	}
	return scx_bpf_reenqueue_local___v1();
}

/* Does nothing where it is allowed in ops.cpu_release() only. */
static __always_inline void scx_bpf_reenqueue_local_from_anywhere(void)
{
	if (bpf_ksym_exists(scx_bpf_reenqueue_local___v2___scx))
		scx_bpf_reenqueue_local___v2___scx();
}

static __always_inline bool __COMPAT_scx_bpf_reenqueue_local_from_anywhere(void)
{
	return bpf_ksym_exists(scx_bpf_reenqueue_local___v2___scx);
}

struct scx_bpf_select_cpu_and_args___scx {
	s32 prev_cpu;
	u64 wake_flags;
	u64 flags;
};

s32 __scx_bpf_select_cpu_and___scx(struct task_struct *p, const struct cpumask *allowed,
				   struct scx_bpf_select_cpu_and_args___scx *args) __ksym __weak;
s32 scx_bpf_select_cpu_and___scx(struct task_struct *p, s32 prev_cpu, u64 wake_flags,
				 const struct cpumask *allowed, u64 flags) __ksym __weak;

/* An idle CPU out of ALLOWED, claimed, or a negative error; -EOPNOTSUPP before 6.16. */
static __always_inline s32 scx_bpf_select_cpu_and(struct task_struct *p, s32 prev_cpu,
						  u64 wake_flags, const struct cpumask *allowed,
						  u64 flags)
{
	if (bpf_ksym_exists(__scx_bpf_select_cpu_and___scx)) {
		struct scx_bpf_select_cpu_and_args___scx args = {
			.prev_cpu = prev_cpu,
			.wake_flags = wake_flags,
			.flags = flags,
		};

		return __scx_bpf_select_cpu_and___scx(p, allowed, &args);
	}
	if (bpf_ksym_exists(scx_bpf_select_cpu_and___scx))
		return scx_bpf_select_cpu_and___scx(p, prev_cpu, wake_flags, allowed, flags);
	return -EOPNOTSUPP;
}

#define __COMPAT_scx_bpf_select_cpu_and	    scx_bpf_select_cpu_and
#define __COMPAT_HAS_scx_bpf_select_cpu_and __scx_has_select_cpu_and()

static __always_inline bool __scx_has_select_cpu_and(void)
{
	bool has_new = bpf_ksym_exists(__scx_bpf_select_cpu_and___scx);

	/* Or else clang combines two addresses, which the verifier does not allow. */
	barrier_var(has_new);
	return has_new || bpf_ksym_exists(scx_bpf_select_cpu_and___scx);
}

u64 scx_bpf_now___scx(void) __ksym __weak;

/* The run queue's clock in ns, cheap; the monotonic clock before 6.14. */
static __always_inline u64 scx_bpf_now(void)
{
	if (bpf_ksym_exists(scx_bpf_now___scx))
		return scx_bpf_now___scx();
	return bpf_ktime_get_ns();
}

bool scx_bpf_task_set_slice___scx(struct task_struct *p, u64 slice) __ksym __weak;
bool scx_bpf_task_set_dsq_vtime___scx(struct task_struct *p, u64 vtime) __ksym __weak;

/* Before 6.19 the fields themselves are written, which newer kernels discourage. */
static __always_inline bool scx_bpf_task_set_slice(struct task_struct *p, u64 slice)
{
	if (bpf_ksym_exists(scx_bpf_task_set_slice___scx))
		return scx_bpf_task_set_slice___scx(p, slice);
	p->scx.slice = slice;
	return true;
}

static __always_inline bool scx_bpf_task_set_dsq_vtime(struct task_struct *p, u64 vtime)
{
	if (bpf_ksym_exists(scx_bpf_task_set_dsq_vtime___scx))
		return scx_bpf_task_set_dsq_vtime___scx(p, vtime);
	p->scx.dsq_vtime = vtime;
	return true;
}

/* --- nodes, 6.15: before, everything is node 0 ---------------------------------- */

static __always_inline u32 __COMPAT_scx_bpf_nr_node_ids(void)
{
	return bpf_ksym_exists(scx_bpf_nr_node_ids) ? scx_bpf_nr_node_ids() : 1;
}

static __always_inline s32 __COMPAT_scx_bpf_cpu_node(s32 cpu)
{
	return bpf_ksym_exists(scx_bpf_cpu_node) ? scx_bpf_cpu_node(cpu) : 0;
}

static __always_inline const struct cpumask *__COMPAT_scx_bpf_get_idle_cpumask_node(s32 node)
{
	if (bpf_ksym_exists(scx_bpf_get_idle_cpumask_node))
		return scx_bpf_get_idle_cpumask_node(node);
	return scx_bpf_get_idle_cpumask();
}

static __always_inline const struct cpumask *__COMPAT_scx_bpf_get_idle_smtmask_node(s32 node)
{
	if (bpf_ksym_exists(scx_bpf_get_idle_smtmask_node))
		return scx_bpf_get_idle_smtmask_node(node);
	return scx_bpf_get_idle_smtmask();
}

static __always_inline s32 __COMPAT_scx_bpf_pick_idle_cpu_node(const struct cpumask *allowed,
							       s32 node, u64 flags)
{
	if (bpf_ksym_exists(scx_bpf_pick_idle_cpu_node))
		return scx_bpf_pick_idle_cpu_node(allowed, node, flags);
	return scx_bpf_pick_idle_cpu(allowed, flags);
}

static __always_inline s32 __COMPAT_scx_bpf_pick_any_cpu_node(const struct cpumask *allowed,
							      s32 node, u64 flags)
{
	if (bpf_ksym_exists(scx_bpf_pick_any_cpu_node))
		return scx_bpf_pick_any_cpu_node(allowed, node, flags);
	return scx_bpf_pick_any_cpu(allowed, flags);
}

/* --- looking at tasks -------------------------------------------------------------- */

/* The first task of a queue, NULL when there is none; takes no lock from 6.19 on. */
static __always_inline struct task_struct *__COMPAT_scx_bpf_dsq_peek(u64 dsq_id)
{
	struct task_struct *p = NULL;
	struct bpf_iter_scx_dsq it;

	if (bpf_ksym_exists(scx_bpf_dsq_peek))
		return scx_bpf_dsq_peek(dsq_id);
	if (!bpf_iter_scx_dsq_new(&it, dsq_id, 0))
		p = bpf_iter_scx_dsq_next(&it);
	bpf_iter_scx_dsq_destroy(&it);
	return p;
}

/* The task that runs on CPU. */
static __always_inline struct task_struct *__COMPAT_scx_bpf_cpu_curr(s32 cpu)
{
	struct rq *rq;

	if (bpf_ksym_exists(scx_bpf_cpu_curr))
		return scx_bpf_cpu_curr(cpu);
	rq = scx_bpf_cpu_rq(cpu);
	return rq ? rq->curr : NULL;
}

extern int LINUX_KERNEL_VERSION __kconfig;

/* The kernel's has this member with PREEMPT_RCU only; its configuration is not always at hand. */
struct task_struct___scx {
	int rcu_read_lock_nesting;
};

/*
 * True while P may not leave its CPU. Entering a BPF program disables migration
 * of the current task too, by 1: always before 6.18, later with PREEMPT_RCU.
 */
static inline bool is_migration_disabled(const struct task_struct *p)
{
	struct task_struct___scx *probe = NULL;
	u32 by_program = 0;

	if (!bpf_core_field_exists(p->migration_disabled))
		return false;
	if (bpf_core_field_exists(probe->rcu_read_lock_nesting) ||
	    LINUX_KERNEL_VERSION < KERNEL_VERSION(6, 18, 0))
		by_program = p == bpf_get_current_task_btf() ? 1 : 0;
	return p->migration_disabled > by_program;
}

/* --- events ------------------------------------------------------------------------ */

struct scx_event_stats;
void scx_bpf_events___scx(struct scx_event_stats *events, size_t events__sz) __ksym __weak;

/* Fills in the event counters; nothing is written before 6.15. */
#define scx_bpf_events(events, size)                        \
	({                                                  \
		if (bpf_ksym_exists(scx_bpf_events___scx))  \
			scx_bpf_events___scx(events, size); \
	})
#define __COMPAT_scx_bpf_events scx_bpf_events

/* A counter out of EVENTS, 0 where the kernel lacks it. */
#define scx_read_event(events, name) (bpf_core_field_exists((events)->name) ? (events)->name : 0)

#endif /* __SCX_COMPAT_BPF_H */
