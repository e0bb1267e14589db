/* SPDX-License-Identifier: GPL-2.0-only */
/* What /sys/kernel/sched_ext says about the scheduler that is loaded. */
#pragma once

#include <stdbool.h>

struct kernel_state {
	char state[32]; /* disabled, enabling, enabled, disabling; empty when unreadable */
	char ops[128]; /* empty when none is loaded */
	long long enable_seq; /* successful enables since boot; -1 when unreadable */
};

bool kernel_has_sched_ext(void);

/* Never fails: what cannot be read is empty, as it is while a scheduler goes away. */
struct kernel_state kernel_state_read(void);

/* True while the kernel runs the scheduler NAME. */
bool kernel_runs(const struct kernel_state *now, const char *name);

/*
 * True while the kernel still runs the scheduler that was number ENABLE_SEQ;
 * another one loaded since has a higher number. Cheap: it is called all the
 * time, next to what is being measured.
 */
bool kernel_still_runs(long long enable_seq);
