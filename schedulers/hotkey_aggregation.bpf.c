// SPDX-License-Identifier: GPL-2.0-only
/*
 * hotkey_aggregation - the hot key first, then the cold ones.
 *
 * For the case hotkey_aggregation: 39 processes that aggregate the rows of cold
 * keys, and one that got the hot key, released at one instant. aggregate_hot is
 * by far the longest, so it gets a CPU as soon as its program is known and
 * keeps it until it ends; the others share the rest. How, and within which
 * limits, is in long_first.bpf.h.
 */
#include "by_name.bpf.h"

/* The scheduler, the short tasks' program, the long one's. */
LONG_FIRST_BY_NAME(hotkey_aggregation, "aggregate_cold", "aggregate_hot");
