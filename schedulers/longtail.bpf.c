// SPDX-License-Identifier: GPL-2.0-only
/*
 * longtail - batches of which nothing is known beforehand.
 *
 * Most of a batch is alike, and what is unlike the rest may be what takes long. So
 * the first of each kind (the same program with the same arguments) runs before
 * the others of kinds that have begun; when it ends, the others are expected to
 * use as much. One that has outlived those that ended is expected to be long, and
 * goes before all. And whoever has begun runs to its end while many wait.
 *
 * That is what can be had without knowing sizes. Where all are of one kind, or
 * each is of its own, the long one may still be the last in line. jobs.bpf.h has
 * the accounting, long_first.bpf.h the policy.
 */
#define JOBS_FORGET
#include "jobs.bpf.h"

LONG_FIRST_OPS(longtail, .exit_task = (void *)jobs_exit_task);
