// SPDX-License-Identifier: GPL-2.0-only
/*
 * ddos_log_analysis - the attack first, then the quiet minutes.
 *
 * For the case ddos_log_analysis: 39 processes that analyse a quiet minute of a
 * log each, and one that analyses the attack, released at one instant.
 * analyse_attack is by far the longest, so it gets a CPU as soon as its program
 * is known and keeps it until it ends; the others share the rest. How, and
 * within which limits, is in long_first.bpf.h.
 */
#include "by_name.bpf.h"

/* The scheduler, the short tasks' program, the long one's. */
LONG_FIRST_BY_NAME(ddos_log_analysis, "analyse_minute", "analyse_attack");
