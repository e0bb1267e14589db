// SPDX-License-Identifier: GPL-2.0-only
/*
 * log_processing - the archive first, then the hours.
 *
 * For the case log_processing: 39 processes that parse an hour of a log each,
 * and one that parses an archive, released at one instant. parse_archive is by
 * far the longest, so it gets a CPU as soon as its program is known and keeps
 * it until it ends; the others share the rest. How, and within which limits, is
 * in long_first.bpf.h.
 */
#include "by_name.bpf.h"

/* The scheduler, the short tasks' program, the long one's. */
LONG_FIRST_BY_NAME(log_processing, "parse_hour", "parse_archive");
