// SPDX-License-Identifier: GPL-2.0-only
#include "kernel_state.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SCHED_EXT "/sys/kernel/sched_ext"

/* Reads the first line of what FD has at its beginning; closes nothing. */
static void read_line_of(int fd, char *line, size_t size)
{
	ssize_t length = fd < 0 ? -1 : pread(fd, line, size - 1, 0);

	line[length > 0 ? length : 0] = '\0';
	line[strcspn(line, "\n")] = '\0';
}

static void read_line(const char *path, char *line, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	read_line_of(fd, line, size);
	if (fd >= 0)
		close(fd);
}

static long long parse_seq(const char *line)
{
	return line[0] ? atoll(line) : -1;
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
	now.enable_seq = parse_seq(seq);
	return now;
}

bool kernel_runs(const struct kernel_state *now, const char *name)
{
	return strcmp(now->state, "enabled") == 0 && strcmp(now->ops, name) == 0;
}

bool kernel_still_runs(long long enable_seq)
{
	static int state_fd = -1, seq_fd = -1;
	char state[32], seq[32];

	/* These two files are there for as long as the kernel is. */
	if (state_fd < 0)
		state_fd = open(SCHED_EXT "/state", O_RDONLY | O_CLOEXEC);
	if (seq_fd < 0)
		seq_fd = open(SCHED_EXT "/enable_seq", O_RDONLY | O_CLOEXEC);
	read_line_of(state_fd, state, sizeof(state));
	read_line_of(seq_fd, seq, sizeof(seq));
	return strcmp(state, "enabled") == 0 && parse_seq(seq) == enable_seq;
}
