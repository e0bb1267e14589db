// SPDX-License-Identifier: GPL-2.0-only
/*
 * ctest_suite - the long integration test first, then the unit tests.
 *
 * For the case ctest_suite: 39 short processes and a long one, released at one
 * instant. Started last, or given its fair share of a CPU, the long one still
 * runs when the others have ended and the other CPUs idle; so it gets a CPU of
 * its own as soon as its program is known. The policy and its limits are in
 * long_first.bpf.h.
 */
#include "long_first.bpf.h"

const volatile u32 long_slice_us = 50000;
const volatile u32 short_slice_us = 20000;
const volatile u32 startup_us = 100000;

static enum lf_class lf_classify(const struct lf_program *program)
{
	if (lf_comm_is(program, "integration"))
		return LF_LONG;
	if (lf_comm_is(program, "unit_tests"))
		return LF_SHORT;
	return LF_OTHER;
}

LONG_FIRST_OPS(ctest_suite);
