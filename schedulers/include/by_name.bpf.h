// SPDX-License-Identifier: GPL-2.0-only
/*
 * by_name - tells the long task of a batch from the short ones by their programs' names.
 *
 * An oracle: it works for the batch that it was written for, and as long as
 * nobody renames a program. The policy is in long_first.bpf.h.
 */
#ifndef __BY_NAME_BPF_H
#define __BY_NAME_BPF_H

#include "long_first.bpf.h"

static void lf_born(struct task_struct *p, struct lf_task *t, bool forked)
{
}

static u64 by_name_credit_ns(const struct lf_task *t)
{
	return (t->class == LF_SHORT ? startup_us : other_credit_us) * 1000ULL;
}

static void lf_used(struct task_struct *p, struct lf_task *t, u64 used_ns)
{
	lf_take_credit(t, used_ns);
}

static void lf_slept(struct lf_task *t, u64 slept_ns)
{
	lf_give_credit(t, slept_ns, by_name_credit_ns(t));
}

/* The scheduler NAME for batches in which the program's name tells the class. */
#define LONG_FIRST_BY_NAME(NAME, SHORT_PROGRAM, LONG_PROGRAM)                           \
	_Static_assert(sizeof(SHORT_PROGRAM) <= TASK_COMM_LEN &&                        \
			       sizeof(LONG_PROGRAM) <= TASK_COMM_LEN,                   \
		       "the kernel keeps 15 bytes of a program's name");                \
	static void by_name_classify(struct lf_task *t, const char comm[TASK_COMM_LEN]) \
	{                                                                               \
		t->class = LF_OTHER;                                                    \
		if (bpf_strncmp(comm, TASK_COMM_LEN, LONG_PROGRAM) == 0)                \
			t->class = LF_LONG;                                             \
		if (bpf_strncmp(comm, TASK_COMM_LEN, SHORT_PROGRAM) == 0)               \
			t->class = LF_SHORT;                                            \
		t->credit_ns = by_name_credit_ns(t);                                    \
	}                                                                               \
	static bool lf_look(struct task_struct *p, struct lf_task *t)                   \
	{                                                                               \
		char comm[TASK_COMM_LEN];                                               \
                                                                                        \
		bpf_probe_read_kernel_str(comm, sizeof(comm), p->comm);                 \
		by_name_classify(t, comm);                                              \
		return true;                                                            \
	}                                                                               \
	static void lf_about_to_exec(struct lf_task *t, const char *path,               \
				     const char *const *arguments)                      \
	{                                                                               \
		char comm[TASK_COMM_LEN] = {};                                          \
                                                                                        \
		lf_name_at(path, comm);                                                 \
		by_name_classify(t, comm);                                              \
	}                                                                               \
	LONG_FIRST_OPS(NAME)

#endif /* __BY_NAME_BPF_H */
