// SPDX-License-Identifier: GPL-2.0-only
/*
 * viral_product_analytics - the viral product first, then the others.
 *
 * For the case viral_product_analytics: 39 processes that join the sales of an
 * ordinary product each, and one that got the viral one, released at one
 * instant. join_viral is by far the longest, so it gets a CPU as soon as its
 * program is known and keeps it until it ends; the others share the rest. How,
 * and within which limits, is in long_first.bpf.h.
 */
#include "by_name.bpf.h"

/* The scheduler, the short tasks' program, the long one's. */
LONG_FIRST_BY_NAME(viral_product_analytics, "join_product", "join_viral");
