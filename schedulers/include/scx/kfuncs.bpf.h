// SPDX-License-Identifier: GPL-2.0-only
/*
 * Kernel functions with the same name and type on every kernel that has them.
 * All are weak: test with bpf_ksym_exists() what a kernel may lack. Those that
 * were renamed or retyped are in compat.bpf.h.
 */
#ifndef __SCX_KFUNCS_BPF_H
#define __SCX_KFUNCS_BPF_H

#define __kfunc_decl extern __weak __ksym

/* Dispatch queues. */
__kfunc_decl s32 scx_bpf_create_dsq(u64 dsq_id, s32 node);
__kfunc_decl void scx_bpf_destroy_dsq(u64 dsq_id);
__kfunc_decl s32 scx_bpf_dsq_nr_queued(u64 dsq_id);
__kfunc_decl u32 scx_bpf_dispatch_nr_slots(void);
__kfunc_decl void scx_bpf_dispatch_cancel(void);
__kfunc_decl struct task_struct *scx_bpf_dsq_peek(u64 dsq_id) /* 6.19 */;
__kfunc_decl void scx_bpf_dsq_reenq(u64 dsq_id, u64 flags) /* 7.0 */;

__kfunc_decl int bpf_iter_scx_dsq_new(struct bpf_iter_scx_dsq *it, u64 dsq_id, u64 flags);
__kfunc_decl struct task_struct *bpf_iter_scx_dsq_next(struct bpf_iter_scx_dsq *it);
__kfunc_decl void bpf_iter_scx_dsq_destroy(struct bpf_iter_scx_dsq *it);

/* CPUs. */
__kfunc_decl s32 scx_bpf_select_cpu_dfl(struct task_struct *p, s32 prev_cpu, u64 wake_flags,
					bool *is_idle);
__kfunc_decl void scx_bpf_kick_cpu(s32 cpu, u64 flags);
__kfunc_decl bool scx_bpf_test_and_clear_cpu_idle(s32 cpu);
__kfunc_decl s32 scx_bpf_pick_idle_cpu(const struct cpumask *allowed, u64 flags);
__kfunc_decl s32 scx_bpf_pick_any_cpu(const struct cpumask *allowed, u64 flags);
__kfunc_decl s32 scx_bpf_pick_idle_cpu_node(const struct cpumask *allowed, s32 node,
					    u64 flags) /* 6.15 */;
__kfunc_decl s32 scx_bpf_pick_any_cpu_node(const struct cpumask *allowed, s32 node,
					   u64 flags) /* 6.15 */;
__kfunc_decl const struct cpumask *scx_bpf_get_idle_cpumask(void);
__kfunc_decl const struct cpumask *scx_bpf_get_idle_smtmask(void);
__kfunc_decl const struct cpumask *scx_bpf_get_idle_cpumask_node(s32 node) /* 6.15 */;
__kfunc_decl const struct cpumask *scx_bpf_get_idle_smtmask_node(s32 node) /* 6.15 */;
__kfunc_decl void scx_bpf_put_idle_cpumask(const struct cpumask *mask);
__kfunc_decl const struct cpumask *scx_bpf_get_possible_cpumask(void);
__kfunc_decl const struct cpumask *scx_bpf_get_online_cpumask(void);
__kfunc_decl void scx_bpf_put_cpumask(const struct cpumask *mask);
__kfunc_decl u32 scx_bpf_nr_cpu_ids(void);
__kfunc_decl u32 scx_bpf_nr_node_ids(void) /* 6.15 */;
__kfunc_decl s32 scx_bpf_cpu_node(s32 cpu) /* 6.15 */;
__kfunc_decl u32 scx_bpf_cpuperf_cap(s32 cpu);
__kfunc_decl u32 scx_bpf_cpuperf_cur(s32 cpu);
__kfunc_decl void scx_bpf_cpuperf_set(s32 cpu, u32 perf);
__kfunc_decl struct rq *scx_bpf_cpu_rq(s32 cpu) /* to 6.18 */;
__kfunc_decl struct rq *scx_bpf_locked_rq(void) /* 6.18 */;
__kfunc_decl struct task_struct *scx_bpf_cpu_curr(s32 cpu) /* 6.18 */;

/* Tasks. */
__kfunc_decl bool scx_bpf_task_running(const struct task_struct *p);
__kfunc_decl s32 scx_bpf_task_cpu(const struct task_struct *p);
__kfunc_decl struct cgroup *scx_bpf_task_cgroup(struct task_struct *p);

/* Reports; called through the macros in common.bpf.h. */
__kfunc_decl void scx_bpf_exit_bstr(s64 code, char *fmt, unsigned long long *data, u32 data__sz);
__kfunc_decl void scx_bpf_error_bstr(char *fmt, unsigned long long *data, u32 data__sz);
__kfunc_decl void scx_bpf_dump_bstr(char *fmt, unsigned long long *data, u32 data__sz);

/* Of the kernel at large. */
__kfunc_decl struct task_struct *bpf_task_acquire(struct task_struct *p);
__kfunc_decl struct task_struct *bpf_task_from_pid(s32 pid);
__kfunc_decl void bpf_task_release(struct task_struct *p);
__kfunc_decl struct cgroup *bpf_cgroup_acquire(struct cgroup *cgrp);
__kfunc_decl struct cgroup *bpf_cgroup_ancestor(struct cgroup *cgrp, int level);
__kfunc_decl struct cgroup *bpf_cgroup_from_id(u64 id);
__kfunc_decl void bpf_cgroup_release(struct cgroup *cgrp);
__kfunc_decl void bpf_rcu_read_lock(void);
__kfunc_decl void bpf_rcu_read_unlock(void);

__kfunc_decl struct bpf_cpumask *bpf_cpumask_create(void);
__kfunc_decl struct bpf_cpumask *bpf_cpumask_acquire(struct bpf_cpumask *mask);
__kfunc_decl void bpf_cpumask_release(struct bpf_cpumask *mask);
__kfunc_decl u32 bpf_cpumask_first(const struct cpumask *mask);
__kfunc_decl u32 bpf_cpumask_first_zero(const struct cpumask *mask);
__kfunc_decl u32 bpf_cpumask_first_and(const struct cpumask *a, const struct cpumask *b);
__kfunc_decl u32 bpf_cpumask_weight(const struct cpumask *mask);
__kfunc_decl u32 bpf_cpumask_any_distribute(const struct cpumask *mask);
__kfunc_decl u32 bpf_cpumask_any_and_distribute(const struct cpumask *a, const struct cpumask *b);
__kfunc_decl void bpf_cpumask_set_cpu(u32 cpu, struct bpf_cpumask *mask);
__kfunc_decl void bpf_cpumask_clear_cpu(u32 cpu, struct bpf_cpumask *mask);
__kfunc_decl bool bpf_cpumask_test_cpu(u32 cpu, const struct cpumask *mask);
__kfunc_decl bool bpf_cpumask_test_and_set_cpu(u32 cpu, struct bpf_cpumask *mask);
__kfunc_decl bool bpf_cpumask_test_and_clear_cpu(u32 cpu, struct bpf_cpumask *mask);
__kfunc_decl void bpf_cpumask_setall(struct bpf_cpumask *mask);
__kfunc_decl void bpf_cpumask_clear(struct bpf_cpumask *mask);
__kfunc_decl void bpf_cpumask_copy(struct bpf_cpumask *dst, const struct cpumask *src);
__kfunc_decl bool bpf_cpumask_and(struct bpf_cpumask *dst, const struct cpumask *a,
				  const struct cpumask *b);
__kfunc_decl void bpf_cpumask_or(struct bpf_cpumask *dst, const struct cpumask *a,
				 const struct cpumask *b);
__kfunc_decl void bpf_cpumask_xor(struct bpf_cpumask *dst, const struct cpumask *a,
				  const struct cpumask *b);
__kfunc_decl bool bpf_cpumask_equal(const struct cpumask *a, const struct cpumask *b);
__kfunc_decl bool bpf_cpumask_intersects(const struct cpumask *a, const struct cpumask *b);
__kfunc_decl bool bpf_cpumask_subset(const struct cpumask *a, const struct cpumask *b);
__kfunc_decl bool bpf_cpumask_empty(const struct cpumask *mask);
__kfunc_decl bool bpf_cpumask_full(const struct cpumask *mask);

__kfunc_decl int bpf_iter_num_new(struct bpf_iter_num *it, int start, int end);
__kfunc_decl int *bpf_iter_num_next(struct bpf_iter_num *it);
__kfunc_decl void bpf_iter_num_destroy(struct bpf_iter_num *it);
__kfunc_decl int bpf_iter_task_new(struct bpf_iter_task *it, struct task_struct *task,
				   unsigned int flags);
__kfunc_decl struct task_struct *bpf_iter_task_next(struct bpf_iter_task *it);
__kfunc_decl void bpf_iter_task_destroy(struct bpf_iter_task *it);
__kfunc_decl int bpf_iter_css_new(struct bpf_iter_css *it, struct cgroup_subsys_state *start,
				  unsigned int flags);
__kfunc_decl struct cgroup_subsys_state *bpf_iter_css_next(struct bpf_iter_css *it);
__kfunc_decl void bpf_iter_css_destroy(struct bpf_iter_css *it);

/* The _impl forms: the kernel has them under this name throughout. */
__kfunc_decl void *bpf_obj_new_impl(u64 local_type_id, void *meta);
__kfunc_decl void bpf_obj_drop_impl(void *object, void *meta);
__kfunc_decl void *bpf_refcount_acquire_impl(void *object, void *meta);
__kfunc_decl int bpf_list_push_front_impl(struct bpf_list_head *head, struct bpf_list_node *node,
					  void *meta, u64 off);
__kfunc_decl int bpf_list_push_back_impl(struct bpf_list_head *head, struct bpf_list_node *node,
					 void *meta, u64 off);
__kfunc_decl struct bpf_list_node *bpf_list_pop_front(struct bpf_list_head *head);
__kfunc_decl struct bpf_list_node *bpf_list_pop_back(struct bpf_list_head *head);
__kfunc_decl int bpf_rbtree_add_impl(struct bpf_rb_root *root, struct bpf_rb_node *node,
				     bool (*less)(struct bpf_rb_node *, const struct bpf_rb_node *),
				     void *meta, u64 off);
__kfunc_decl struct bpf_rb_node *bpf_rbtree_first(struct bpf_rb_root *root);
__kfunc_decl struct bpf_rb_node *bpf_rbtree_remove(struct bpf_rb_root *root,
						   struct bpf_rb_node *node);

#define bpf_obj_new(type)		 ((type *)bpf_obj_new_impl(bpf_core_type_id_local(type), NULL))
#define bpf_obj_drop(object)		 bpf_obj_drop_impl(object, NULL)
#define bpf_refcount_acquire(object)	 bpf_refcount_acquire_impl(object, NULL)
#define bpf_list_push_front(head, node)	 bpf_list_push_front_impl(head, node, NULL, 0)
#define bpf_list_push_back(head, node)	 bpf_list_push_back_impl(head, node, NULL, 0)
#define bpf_rbtree_add(root, node, less) bpf_rbtree_add_impl(root, node, less, NULL, 0)

#endif /* __SCX_KFUNCS_BPF_H */
