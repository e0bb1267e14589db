// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "scheduling.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

/* By the kernel's numbers; sched_ext's is not in every libc's header. */
static const char *const policy_names[] = {
	[SCHED_OTHER] = "other", [SCHED_FIFO] = "fifo", [SCHED_RR] = "rr",
	[SCHED_BATCH] = "batch", [SCHED_IDLE] = "idle", [6] = "deadline",
	[7] = "ext",
};

#define NR_POLICIES ((int)(sizeof(policy_names) / sizeof(policy_names[0])))

bool scheduling_parse(const char *text, struct scheduling *result)
{
	char name[16];
	int length = 0;

	if (sscanf(text, "%15s %d %d%n", name, &result->nice, &result->rt_priority, &length) != 3 ||
	    text[length] != '\0')
		return false;
	for (int policy = 0; policy < NR_POLICIES; policy++) {
		if (policy_names[policy] && strcmp(policy_names[policy], name) == 0) {
			result->policy = policy;
			return true;
		}
	}
	return false;
}

int scheduling_apply(const struct scheduling *wanted)
{
	const struct sched_param param = { .sched_priority = wanted->rt_priority };

	if (sched_setscheduler(0, wanted->policy, &param) < 0)
		return errno;
	return setpriority(PRIO_PROCESS, 0, wanted->nice) < 0 ? errno : 0;
}

struct scheduling scheduling_read_back(void)
{
	struct sched_param param = { 0 };
	struct scheduling result = {
		.policy = sched_getscheduler(0),
		.nice = getpriority(PRIO_PROCESS, 0),
	};

	sched_getparam(0, &param);
	result.rt_priority = param.sched_priority;
	return result;
}

void scheduling_print(const struct scheduling *scheduling)
{
	int policy = scheduling->policy;
	const char *name = policy >= 0 && policy < NR_POLICIES ? policy_names[policy] : NULL;

	printf("{\"policy\":\"%s\",\"nice\":%d,\"rt_priority\":%d}", name ? name : "unknown",
	       scheduling->nice, scheduling->rt_priority);
}
