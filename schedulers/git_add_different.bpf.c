// SPDX-License-Identifier: GPL-2.0-only
/*
 * git_add_different - the large import first, then the small changes.
 *
 * For the case git_add_different: 39 processes that stage a small change each,
 * and one that stages a large import, released at one instant. stage_import is
 * by far the longest, so it gets a CPU as soon as its program is known and
 * keeps it until it ends; the others share the rest. How, and within which
 * limits, is in long_first.bpf.h.
 */
#include "by_name.bpf.h"

/* The scheduler, the short tasks' program, the long one's. */
LONG_FIRST_BY_NAME(git_add_different, "stage_change", "stage_import");
