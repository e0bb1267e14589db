// SPDX-License-Identifier: Apache-2.0
/*
 * opened_files: says which files and folders of a file system anybody opens.
 *
 * usage: opened_files FOLDER    (needs root)
 * stdout: the line `{"event":"watching"}`; then a JSON line for every opening
 *         of a regular file or a folder on the mount that holds FOLDER.
 * stdin:  its end ends the program, after what was opened until then.
 * exit:   0, or 1 with text on standard error. 2 usage.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/fanotify.h>
#include <sys/stat.h>
#include <unistd.h>

static int fail(const char *what)
{
	fprintf(stderr, "opened_files: %s: %s\n", what, strerror(errno));
	return 1;
}

/* Paths that would need escapes in JSON are left out: no program lives there. */
static void report(int file)
{
	char link[32], path[4096];
	struct stat facts;
	ssize_t length;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", file);
	length = readlink(link, path, sizeof(path) - 1);
	if (length <= 0 || fstat(file, &facts) < 0 ||
	    !(S_ISREG(facts.st_mode) || S_ISDIR(facts.st_mode)))
		return;
	path[length] = '\0';
	for (const char *c = path; *c; c++)
		if (*c == '"' || *c == '\\' || (unsigned char)*c < ' ')
			return;
	printf("{\"path\":\"%s\"}\n", path);
}

/* Reports all that the kernel has queued; returns -1 on a failure. */
static int drain(int events)
{
	char buffer[16384] __attribute__((aligned(8)));
	ssize_t length;

	while ((length = read(events, buffer, sizeof(buffer))) > 0) {
		struct fanotify_event_metadata *event = (void *)buffer;

		for (; FAN_EVENT_OK(event, length); event = FAN_EVENT_NEXT(event, length)) {
			if (event->fd < 0)
				continue;
			report(event->fd);
			close(event->fd);
		}
	}
	return length < 0 && errno != EAGAIN ? -1 : 0;
}

int main(int argc, char **argv)
{
	struct pollfd fds[2] = { { .events = POLLIN }, { .fd = STDIN_FILENO, .events = POLLIN } };

	if (argc != 2) {
		fprintf(stderr, "usage: opened_files FOLDER\n");
		return 2;
	}
	fds[0].fd = fanotify_init(FAN_CLASS_NOTIF | FAN_CLOEXEC | FAN_NONBLOCK,
				  O_RDONLY | O_LARGEFILE | O_CLOEXEC);
	if (fds[0].fd < 0)
		return fail("fanotify_init");
	if (fanotify_mark(fds[0].fd, FAN_MARK_ADD | FAN_MARK_MOUNT, FAN_OPEN | FAN_ONDIR, AT_FDCWD,
			  argv[1]) < 0)
		return fail(argv[1]);
	printf("{\"event\":\"watching\"}\n");
	fflush(stdout);
	while (!fds[1].revents) {
		if (poll(fds, 2, -1) < 0 && errno != EINTR)
			return fail("poll");
		if (drain(fds[0].fd) < 0)
			return fail("read");
	}
	return fflush(stdout) == 0 ? 0 : 1;
}
