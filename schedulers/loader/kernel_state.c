// SPDX-License-Identifier: GPL-2.0-only
#include "kernel_state.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SCHED_EXT "/sys/kernel/sched_ext"

static void read_line(const char *path, char *line, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t length = fd < 0 ? -1 : read(fd, line, size - 1);

	if (fd >= 0)
		close(fd);
	line[length > 0 ? length : 0] = '\0';
	line[strcspn(line, "\n")] = '\0';
}

bool kernel_has_sched_ext(void)
{
	return access(SCHED_EXT "/state", R_OK) == 0;
}

struct kernel_state kernel_state_read(void)
{
	struct kernel_state now;
	char seq[32];

	read_line(SCHED_EXT "/state", now.state, sizeof(now.state));
	read_line(SCHED_EXT "/root/ops", now.ops, sizeof(now.ops));
	read_line(SCHED_EXT "/enable_seq", seq, sizeof(seq));
	now.enable_seq = seq[0] ? atoll(seq) : -1;
	return now;
}

bool kernel_runs(const struct kernel_state *now, const char *name)
{
	return strcmp(now->state, "enabled") == 0 && strcmp(now->ops, name) == 0;
}
