// SPDX-License-Identifier: GPL-2.0-only
/*
 * learned - the longest first, known from what the same command used before.
 *
 * For work that comes again: builds, test suites, nightly batches. No program is
 * named here; what a command with its arguments is going to use is what it used
 * the last times. Its first run teaches it; that one is what it would be under
 * longtail. How, is in jobs.bpf.h, the policy in long_first.bpf.h.
 */
#include "jobs.bpf.h"

LONG_FIRST_OPS(learned, .exit_task = (void *)jobs_exit_task);
