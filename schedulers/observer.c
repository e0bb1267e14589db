// SPDX-License-Identifier: GPL-2.0-only
/*
 * observer - says which of some tasks ran on which CPU, and since when it wanted to.
 *
 *   observer OBJECT
 *
 * Loads observer.bpf.o once, and sleeps except when it is told something. While
 * it does not observe, nothing of it is attached to the kernel.
 *
 * Stdin has a command a line:
 *
 *   observe PID...    from now on the processes PID, the first one being task 1
 *   take              stops, and prints what was seen
 *
 * The end of stdin ends the program. Stdout carries one JSON object a line,
 * stderr text:
 *
 *   {"event":"loaded"}
 *   {"event":"observing"}
 *   {"event":"observed","cpus":[N,...],"lost":N,"cost_ns":N or null,"stretches":BASE64}
 *
 * cpus are the numbers of those that we, and so the tasks, may use. cost_ns is
 * the time spent in our programs, null where the kernel does not count it.
 * stretches are the records of observer.h as they are in memory, in no order.
 *
 * Exit status: 0; 1 when it cannot observe, with text on stderr; 2 usage.
 */
#include "log.h"

#include <linux/types.h>
#include "observer.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* Room for a minute with a switch every half a millisecond, and never more than this in all. */
#define MOST_PER_CPU (128 * 1024)
#define MOST_BYTES   (32 * 1024 * 1024)
#define MOST_LINKS   8

struct observer {
	struct bpf_object *object;
	int cpus_fd;
	int threads_fd;
	int nr_cpus;
	__u32 capacity;
	struct stretch *stretches;
	struct bpf_link *links[MOST_LINKS];
	int nr_links;
	int stats_fd;
	__u64 cost_before_ns;
};

/* Says what failed with ERR, a positive errno, and returns -1. */
static int failure(const char *what, int err)
{
	log_show();
	fprintf(stderr, "observer: %s: %s\n", what, error_text(err));
	return -1;
}

static __u64 now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000ULL + now.tv_nsec;
}

/* --- loading -------------------------------------------------------------------- */

static int size_maps(struct observer *o)
{
	struct bpf_map *rodata = bpf_object__find_map_by_name(o->object, ".rodata");
	struct bpf_map *stretches = bpf_object__find_map_by_name(o->object, "stretches");
	struct bpf_map *cpus = bpf_object__find_map_by_name(o->object, "cpus");
	__u32 *capacity;
	size_t size = 0;

	o->nr_cpus = libbpf_num_possible_cpus();
	if (!rodata || !stretches || !cpus || o->nr_cpus <= 0)
		return failure("an object of another build", EINVAL);
	o->capacity = MOST_BYTES / sizeof(struct stretch) / o->nr_cpus;
	if (o->capacity > MOST_PER_CPU)
		o->capacity = MOST_PER_CPU;
	capacity = bpf_map__initial_value(rodata, &size);
	if (!capacity || size < sizeof(*capacity))
		return failure("an object of another build", EINVAL);
	/* The only constant that can be set. */
	*capacity = o->capacity;
	if (bpf_map__set_max_entries(cpus, o->nr_cpus) ||
	    bpf_map__set_max_entries(stretches, o->nr_cpus * o->capacity))
		return failure("size the maps", EINVAL);
	return 0;
}

static int load(struct observer *o, const char *path)
{
	int err, fd;

	o->object = bpf_object__open_file(path, NULL);
	if (!o->object)
		return failure(path, errno);
	err = size_maps(o);
	if (err)
		return err;
	err = bpf_object__load(o->object);
	if (err)
		return failure("load the programs", -err);
	o->cpus_fd = bpf_object__find_map_fd_by_name(o->object, "cpus");
	o->threads_fd = bpf_object__find_map_fd_by_name(o->object, "threads");
	fd = bpf_object__find_map_fd_by_name(o->object, "stretches");
	o->stretches = mmap(NULL, sizeof(struct stretch) * o->capacity * o->nr_cpus, PROT_READ,
			    MAP_SHARED, fd, 0);
	if (o->stretches == MAP_FAILED)
		return failure("map the buffer", errno);
	return 0;
}

/* --- observing ------------------------------------------------------------------ */

/* What the programs have cost since they were loaded, as far as it was counted. */
static __u64 cost_ns(const struct observer *o)
{
	struct bpf_program *program;
	__u64 sum_ns = 0;

	bpf_object__for_each_program(program, o->object) {
		struct bpf_prog_info info = {};
		__u32 size = sizeof(info);

		if (!bpf_prog_get_info_by_fd(bpf_program__fd(program), &info, &size))
			sum_ns += info.run_time_ns;
	}
	return sum_ns;
}

static int name_tasks(const struct observer *o, char *pids)
{
	struct observed_thread thread = {};

	for (char *pid = strtok(pids, " \n"); pid; pid = strtok(NULL, " \n")) {
		int fd = syscall(SYS_pidfd_open, atoi(pid), 0);
		int err = fd < 0 ? -errno : 0;

		thread.task++;
		if (!err)
			err = bpf_map_update_elem(o->threads_fd, &fd, &thread, BPF_ANY);
		if (fd >= 0)
			close(fd);
		if (err)
			return failure(pid, -err);
	}
	return 0;
}

static int clear_cpus(const struct observer *o)
{
	/* What runs there shows at the next switch. */
	const struct observed_cpu cpu = {.start_ns = now_ns(), .occupant = OCCUPANT_OTHERS};

	for (int i = 0; i < o->nr_cpus; i++) {
		int err = bpf_map_update_elem(o->cpus_fd, &i, &cpu, BPF_ANY);

		if (err)
			return failure("clear the buffer", -err);
	}
	return 0;
}

static int attach(struct observer *o)
{
	struct bpf_program *program;

	bpf_object__for_each_program(program, o->object) {
		struct bpf_link *link;

		if (o->nr_links == MOST_LINKS)
			return failure("an object of another build", E2BIG);
		link = bpf_program__attach(program);
		if (!link)
			return failure(bpf_program__name(program), errno);
		o->links[o->nr_links++] = link;
	}
	return 0;
}

static void detach(struct observer *o)
{
	while (o->nr_links > 0)
		bpf_link__destroy(o->links[--o->nr_links]);
	if (o->stats_fd >= 0)
		close(o->stats_fd);
	o->stats_fd = -1;
}

/* Runs on each CPU for a moment, so that each has a switch that tells what it does. */
static void visit_cpus(void)
{
	cpu_set_t allowed, one;

	if (sched_getaffinity(0, sizeof(allowed), &allowed))
		return;
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		if (!CPU_ISSET(cpu, &allowed))
			continue;
		CPU_ZERO(&one);
		CPU_SET(cpu, &one);
		sched_setaffinity(0, sizeof(one), &one);
	}
	sched_setaffinity(0, sizeof(allowed), &allowed);
}

static int observe(struct observer *o, char *pids)
{
	int err;

	detach(o);
	err = clear_cpus(o);
	if (!err)
		err = name_tasks(o, pids);
	if (err)
		return err;
	o->stats_fd = bpf_enable_stats(BPF_STATS_RUN_TIME);
	o->cost_before_ns = cost_ns(o);
	err = attach(o);
	if (err)
		return err;
	visit_cpus();
	puts("{\"event\":\"observing\"}");
	fflush(stdout);
	return 0;
}

/* --- answers -------------------------------------------------------------------- */

static void print_base64(const unsigned char *bytes, size_t size)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t i = 0; i < size; i += 3) {
		__u32 left = size - i;
		__u32 bits = bytes[i] << 16 | (left > 1 ? bytes[i + 1] << 8 : 0) |
			     (left > 2 ? bytes[i + 2] : 0);

		putchar_unlocked(digits[bits >> 18]);
		putchar_unlocked(digits[bits >> 12 & 63]);
		putchar_unlocked(left > 1 ? digits[bits >> 6 & 63] : '=');
		putchar_unlocked(left > 2 ? digits[bits & 63] : '=');
	}
}

/* Appends to KEPT, of NR stretches, those of a CPU with the one that still goes on there. */
static size_t keep_stretches(const struct observer *o, const struct observed_cpu *c, int cpu,
			     struct stretch *kept, size_t nr)
{
	memcpy(kept + nr, o->stretches + (size_t)cpu * o->capacity, c->stored * sizeof(*kept));
	nr += c->stored;
	if (c->occupant == OCCUPANT_IDLE)
		return nr;
	kept[nr] = (struct stretch){
		.runnable_ns = c->runnable_ns,
		.start_ns = c->start_ns,
		.end_ns = now_ns(),
		.occupant = c->occupant,
		.cpu = cpu,
		.flags = c->flags,
	};
	return nr + 1;
}

static void print_cpus(void)
{
	const char *comma = "";
	cpu_set_t allowed;

	CPU_ZERO(&allowed);
	sched_getaffinity(0, sizeof(allowed), &allowed);
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		if (!CPU_ISSET(cpu, &allowed))
			continue;
		printf("%s%d", comma, cpu);
		comma = ",";
	}
}

static int take(struct observer *o)
{
	bool is_counted = o->stats_fd >= 0;
	__u64 lost = 0, spent_ns = cost_ns(o) - o->cost_before_ns;
	struct stretch *kept;
	size_t nr = 0;

	/* A program may still run on another CPU: it would add a stretch after the tasks' end. */
	detach(o);
	kept = malloc(((size_t)o->capacity + 1) * o->nr_cpus * sizeof(*kept));
	if (!kept)
		return failure("memory for the answer", errno);
	for (int cpu = 0; cpu < o->nr_cpus; cpu++) {
		struct observed_cpu c;

		if (bpf_map_lookup_elem(o->cpus_fd, &cpu, &c))
			continue;
		nr = keep_stretches(o, &c, cpu, kept, nr);
		lost += c.lost;
	}
	fputs("{\"event\":\"observed\",\"cpus\":[", stdout);
	print_cpus();
	printf("],\"lost\":%llu,\"cost_ns\":", (unsigned long long)lost);
	if (is_counted)
		printf("%llu", (unsigned long long)spent_ns);
	else
		fputs("null", stdout);
	fputs(",\"stretches\":\"", stdout);
	print_base64((const unsigned char *)kept, nr * sizeof(*kept));
	fputs("\"}\n", stdout);
	free(kept);
	return fflush(stdout) ? failure("answer", errno) : 0;
}

/* --- process -------------------------------------------------------------------- */

static int follow_commands(struct observer *o)
{
	char *line = NULL;
	size_t size = 0;
	int err = 0;

	while (!err && getline(&line, &size, stdin) > 0) {
		if (strncmp(line, "observe ", 8) == 0)
			err = observe(o, line + 8);
		else if (strcmp(line, "take\n") == 0)
			err = take(o);
		else
			err = failure("a command", EINVAL);
	}
	free(line);
	return err;
}

int main(int argc, char **argv)
{
	/* So that we need not wait for the tasks that we shall observe. */
	struct sched_param param = {.sched_priority = 1};
	struct observer o = {.stats_fd = -1};
	int err;

	if (argc != 2) {
		fprintf(stderr, "usage: observer OBJECT\n");
		return 2;
	}
	/* The end of whoever started us ends our stdin, too, but we may be writing. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	sched_setscheduler(0, SCHED_FIFO, &param);
	log_start();
	err = load(&o, argv[1]);
	if (!err) {
		puts("{\"event\":\"loaded\"}");
		fflush(stdout);
		err = follow_commands(&o);
	}
	detach(&o);
	bpf_object__close(o.object);
	log_end();
	return err ? EXIT_FAILURE : EXIT_SUCCESS;
}
