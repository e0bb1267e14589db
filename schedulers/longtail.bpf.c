// SPDX-License-Identifier: GPL-2.0-only
/*
 * longtail - batches of which nothing is known beforehand.
 *
 * A task of the batch that has begun runs to its end while many wait, and one that
 * has outlived the others that ended goes before all: it is expected to be long.
 * That is what can be had without knowing the sizes; a long task that is the last
 * in line still begins last. jobs.bpf.h has the accounting, long_first.bpf.h the
 * policy.
 */
#define JOBS_FORGET
#include "jobs.bpf.h"

LONG_FIRST_OPS(longtail, .exit_task = (void *)jobs_exit_task);
