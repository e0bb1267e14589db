// SPDX-License-Identifier: GPL-2.0-only
/*
 * compression - the backup first, then the pages.
 *
 * For the case compression: 39 processes that compress a page each, and one
 * that compresses a whole backup, released at one instant. compress_backup is
 * by far the longest, so it gets a CPU as soon as its program is known and
 * keeps it until it ends; the others share the rest. How, and within which
 * limits, is in long_first.bpf.h.
 */
#include "by_name.bpf.h"

/* The scheduler, the short tasks' program, the long one's. */
LONG_FIRST_BY_NAME(compression, "compress_page", "compress_backup");
