// SPDX-License-Identifier: GPL-2.0-only
/*
 * ctest_suite - the long integration test first, then the unit tests.
 *
 * For the case ctest_suite: 39 processes of fast unit tests and a slow
 * integration test, released at one instant. integration is by far the longest,
 * so it gets a CPU as soon as its program is known and keeps it until it ends;
 * the others share the rest. How, and within which limits, is in
 * long_first.bpf.h.
 */
#include "by_name.bpf.h"

/* The scheduler, the short tasks' program, the long one's. */
LONG_FIRST_BY_NAME(ctest_suite, "unit_tests", "integration");
