/* SPDX-License-Identifier: Apache-2.0 */
/* How the kernel is to schedule a task, and how it does. */
#ifndef GATE_SCHEDULING_H
#define GATE_SCHEDULING_H

#include <stdbool.h>

struct scheduling {
	int policy;
	int nice;
	int rt_priority;
};

/* Reads "POLICY NICE RT_PRIORITY", such as "other -20 0"; false when it is not that. */
bool scheduling_parse(const char *text, struct scheduling *result);

/* Makes the calling process, and all that it will fork, so; 0 or an errno. */
int scheduling_apply(const struct scheduling *wanted);

/* What the kernel says of the calling process. */
struct scheduling scheduling_read_back(void);

/* Prints it as a JSON object. */
void scheduling_print(const struct scheduling *scheduling);

#endif
