// SPDX-License-Identifier: Apache-2.0
/*
 * gate: starts many tasks at one instant and measures each.
 *
 * It forks a process for every task, holds them all at a barrier, releases
 * them with one futex wake (but for those that are to be released later, each
 * with one of its own), and reports for each its first instant on a CPU, its
 * end, and what wait4 and schedstat say. It runs with a real-time
 * priority, so that its own timestamps never wait behind the tasks, not even
 * behind those that are to have a lower real-time priority themselves.
 *
 * usage: gate TIMEOUT_SECONDS UID GID
 * The tasks run as UID and GID, in no other group, without capabilities, which they
 * cannot get again (no_new_privs), and with no variables but those of the list.
 * stdin:  "N\0", then N times a directory, a scheduling, a delay, a list of
 *         VARIABLE=VALUE and a list of arguments, the program first; a list is
 *         its length and its items, and each of all these has a "\0" behind it.
 *         A scheduling is empty, or "POLICY NICE RT_PRIORITY" ("fifo 0 1") for
 *         the task and all that it forks. A delay is the number of nanoseconds
 *         from the opening of the gate to the task's release. After the line `ready` was printed,
 *         the byte 'g' opens the gate. The end of stdin at any time, SIGTERM,
 *         SIGINT and the time-out kill every task.
 * stdout: JSON lines: ready, released, task (N times, at the end), done. `ready`
 *         has for each task the scheduling that was read back, and the error
 *         when what was asked for could not be had.
 * exit:   0 reported, 1 the gate itself failed (text on stderr), 2 usage.
 *
 * A task's standard output goes to DIRECTORY.out, its standard error to DIRECTORY.err.
 */
#define _GNU_SOURCE
#include "scheduling.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/futex.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MAX_TASKS 100000
#define MAX_STRINGS 1000
#define NS_PER_S 1000000000LL
#define LONGEST_DELAY_NS (86400 * NS_PER_S)
#define LONGEST_TIMEOUT_S 1e9

/* Shared between us and one child. */
struct child_note {
	/* The word at which a task waits that is released later than the others. */
	_Atomic uint32_t open;
	/* Used before the barrier; not part of the task's work. */
	struct rusage before;
	/* As read back at the barrier; the error is an errno, or 0. */
	struct scheduling scheduling;
	int scheduling_error;
	/* First instant on a CPU after the barrier. */
	int64_t start_ns;
};

/* Shared with the children. */
struct barrier {
	_Atomic uint32_t open;
	_Atomic uint32_t arrived;
	struct child_note notes[];
};

struct task {
	char *directory;
	/* Unless it is to stay as it is. */
	bool has_scheduling;
	struct scheduling scheduling;
	/* From the opening of the gate to its release. */
	int64_t delay_ns;
	/* Both end with NULL. */
	char **environment;
	char **arguments;
	pid_t pid;
	bool ended;
	int status;
	/* Of one with a delay; 0 until then. */
	int64_t released_ns;
	int64_t end_ns;
	int64_t wait_before_ns;
	int64_t wait_ns;
	struct rusage usage;
};

static struct task *tasks;
static uint32_t nr_tasks;
static uid_t task_uid;
static gid_t task_gid;
/* Those with a delay, in the order of their release, and how many of them are released. */
static struct task **delayed;
static uint32_t nr_delayed, nr_released;
static struct barrier *barrier;

__attribute__((noreturn, format(printf, 1, 2))) static void die(const char *format, ...)
{
	va_list args;

	fprintf(stderr, "gate: ");
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fprintf(stderr, ": %s\n", strerror(errno));
	/* The children die with us: PR_SET_PDEATHSIG. */
	_exit(1);
}

static int64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * NS_PER_S + ts.tv_nsec;
}

/* From now on; nothing when that is over. */
static struct timespec timespec_until(int64_t ns)
{
	int64_t left = ns - now_ns();

	if (left < 0)
		left = 0;
	return (struct timespec){ .tv_sec = left / NS_PER_S, .tv_nsec = left % NS_PER_S };
}

static double seconds_between(struct timeval from, struct timeval to)
{
	double s = (double)(to.tv_sec - from.tv_sec) + (double)(to.tv_usec - from.tv_usec) / 1e6;

	/* The kernel estimates the split into user and system anew each time. */
	return s < 0 ? 0 : s;
}

static long futex(_Atomic uint32_t *word, int operation, uint32_t value)
{
	return syscall(SYS_futex, word, operation, value, NULL, NULL, 0);
}

/* ---- reading the tasks ---- */

static char *read_field(void)
{
	char *field = NULL;
	size_t size = 0;

	if (getdelim(&field, &size, '\0', stdin) <= 0) {
		errno = EPROTO;
		die("standard input ended inside the list of tasks");
	}
	return field;
}

static uint32_t read_count(const char *of_what, uint32_t least, uint32_t most)
{
	char *field = read_field();
	char *end;
	unsigned long n = strtoul(field, &end, 10);

	if (*field == '\0' || *end != '\0' || n < least || n > most) {
		errno = EINVAL;
		die("number of %s \"%s\" (%u to %u)", of_what, field, least, most);
	}
	free(field);
	return (uint32_t)n;
}

static int64_t read_delay(void)
{
	char *field = read_field();
	char *end;
	long long ns = strtoll(field, &end, 10);

	if (*field == '\0' || *end != '\0' || ns < 0 || ns > LONGEST_DELAY_NS) {
		errno = EINVAL;
		die("delay \"%s\" (0 to %lld)", field, LONGEST_DELAY_NS);
	}
	free(field);
	return ns;
}

static char **read_list(const char *of_what, uint32_t least)
{
	uint32_t n = read_count(of_what, least, MAX_STRINGS);
	char **list = calloc(n + 1, sizeof(*list));

	if (!list)
		die("memory for %u %s", n, of_what);
	for (uint32_t i = 0; i < n; i++)
		list[i] = read_field();
	return list;
}

static void read_scheduling(struct task *task)
{
	char *field = read_field();

	task->has_scheduling = *field != '\0';
	if (task->has_scheduling && !scheduling_parse(field, &task->scheduling)) {
		errno = EINVAL;
		die("scheduling \"%s\"", field);
	}
	free(field);
}

static int by_delay(const void *a, const void *b)
{
	const struct task *first = *(struct task *const *)a;
	const struct task *second = *(struct task *const *)b;

	return (first->delay_ns > second->delay_ns) - (first->delay_ns < second->delay_ns);
}

static void read_tasks(void)
{
	nr_tasks = read_count("tasks", 1, MAX_TASKS);
	tasks = calloc(nr_tasks, sizeof(*tasks));
	delayed = calloc(nr_tasks, sizeof(struct task *));
	if (!tasks || !delayed)
		die("memory for %u tasks", nr_tasks);
	for (struct task *task = tasks; task < tasks + nr_tasks; task++) {
		task->directory = read_field();
		read_scheduling(task);
		task->delay_ns = read_delay();
		task->environment = read_list("variables", 0);
		task->arguments = read_list("arguments", 1);
		if (task->delay_ns > 0)
			delayed[nr_delayed++] = task;
	}
	qsort(delayed, nr_delayed, sizeof(struct task *), by_delay);
}

/* ---- a task ---- */

static void redirect(const char *directory, const char *ending, int fd)
{
	char path[4096];
	int file;

	if (snprintf(path, sizeof(path), "%s%s", directory, ending) >= (int)sizeof(path)) {
		errno = ENAMETOOLONG;
		die("%s", directory);
	}
	file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	if (file < 0 || dup2(file, fd) < 0)
		die("open %s", path);
	close(file);
}

static void redirect_output(const char *directory)
{
	int in = open("/dev/null", O_RDONLY);

	if (in < 0 || dup2(in, STDIN_FILENO) < 0)
		die("open /dev/null");
	close(in);
	redirect(directory, ".out", STDOUT_FILENO);
	redirect(directory, ".err", STDERR_FILENO);
}

/* For good: also programs of root's, or with capabilities of their own, give none. */
static void drop_privileges(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = { 0 };

	/* Whoever is not root has nothing that could be dropped, and can become nobody else. */
	if (geteuid() == 0) {
		for (int capability = 0; prctl(PR_CAPBSET_READ, capability) >= 0; capability++)
			if (prctl(PR_CAPBSET_DROP, capability) < 0)
				die("drop capability %d", capability);
		if (setgroups(0, NULL) < 0 || setresgid(task_gid, task_gid, task_gid) < 0 ||
		    setresuid(task_uid, task_uid, task_uid) < 0)
			die("become user %u, group %u", task_uid, task_gid);
		if (syscall(SYS_capset, &header, none) < 0)
			die("drop capabilities");
	}
	if (geteuid() != task_uid) {
		errno = EPERM;
		die("become user %u", task_uid);
	}
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		die("no_new_privs");
}

static void run_task(uint32_t index, pid_t gate_pid)
{
	struct task *task = &tasks[index];
	struct child_note *note = &barrier->notes[index];
	_Atomic uint32_t *open;
	sigset_t none;

	setpgid(0, 0);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (chdir(task->directory) < 0)
		die("chdir %s", task->directory);
	redirect_output(task->directory);
	clearenv();
	for (char **variable = task->environment; *variable; variable++)
		putenv(*variable);
	if (task->has_scheduling)
		note->scheduling_error = scheduling_apply(&task->scheduling);
	note->scheduling = scheduling_read_back();
	drop_privileges();
	/* After it, because another user's process starts without. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != gate_pid)
		_exit(127);

	getrusage(RUSAGE_SELF, &note->before);
	atomic_fetch_add(&barrier->arrived, 1);
	open = task->delay_ns > 0 ? &note->open : &barrier->open;
	while (atomic_load(open) == 0)
		futex(open, FUTEX_WAIT, 0);
	note->start_ns = now_ns();

	execvp(task->arguments[0], task->arguments);
	/* As a shell would say it. */
	dprintf(STDERR_FILENO, "gate: %s: %s\n", task->arguments[0], strerror(errno));
	_exit(errno == ENOENT ? 127 : 126);
}

static void fork_tasks(void)
{
	size_t size = sizeof(*barrier) + nr_tasks * sizeof(struct child_note);
	pid_t self = getpid();

	barrier = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (barrier == MAP_FAILED)
		die("map the barrier");
	fflush(stdout);
	for (uint32_t i = 0; i < nr_tasks; i++) {
		pid_t pid = fork();

		if (pid < 0)
			die("fork task %u of %u", i + 1, nr_tasks);
		if (pid == 0)
			run_task(i, self);
		tasks[i].pid = pid;
		/* The child does the same; whoever comes first wins. */
		setpgid(pid, pid);
	}
}

/* Time the main thread was runnable but not running; 0 where the kernel does not say. */
static int64_t run_queue_wait_ns(pid_t pid)
{
	char path[64];
	long long ran, waited = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/schedstat", pid);
	file = fopen(path, "re");
	if (!file)
		return 0;
	if (fscanf(file, "%lld %lld", &ran, &waited) != 2)
		waited = 0;
	fclose(file);
	return waited;
}

/* True when the task sleeps; behind the barrier that means in the futex. */
static bool asleep(pid_t pid)
{
	char path[64], line[512], *after_name;
	FILE *file;
	bool result = false;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	file = fopen(path, "re");
	if (!file)
		return false;
	if (fgets(line, sizeof(line), file)) {
		after_name = strrchr(line, ')');
		result = after_name && after_name[1] == ' ' && after_name[2] == 'S';
	}
	fclose(file);
	return result;
}

static void kill_all(void)
{
	for (uint32_t i = 0; i < nr_tasks; i++)
		/* Negative: the whole group, because a task may have forked. */
		if (tasks[i].pid > 0)
			kill(-tasks[i].pid, SIGKILL);
}

static void wait_for_arrivals(int64_t deadline_ns)
{
	const struct timespec pause = { .tv_nsec = 1000000 };
	uint32_t sleeping = 0;

	while (sleeping < nr_tasks) {
		if (atomic_load(&barrier->arrived) == nr_tasks && asleep(tasks[sleeping].pid)) {
			tasks[sleeping].wait_before_ns = run_queue_wait_ns(tasks[sleeping].pid);
			sleeping++;
			continue;
		}
		if (now_ns() > deadline_ns) {
			errno = ETIMEDOUT;
			die("only %u of %u tasks reached the barrier",
			    atomic_load(&barrier->arrived), nr_tasks);
		}
		if (waitpid(-1, NULL, WNOHANG) > 0) {
			errno = ECHILD;
			die("a task ended before the barrier");
		}
		nanosleep(&pause, NULL);
	}
}

/* ---- measuring ---- */

static struct task *find_task(pid_t pid)
{
	for (uint32_t i = 0; i < nr_tasks; i++)
		if (tasks[i].pid == pid)
			return &tasks[i];
	return NULL;
}

/* Reaps all that has ended; returns how many of them were tasks. */
static uint32_t reap(void)
{
	uint32_t reaped = 0;

	for (;;) {
		siginfo_t info = { 0 };
		struct task *task;

		/* First look, then reap: schedstat is gone with the process. */
		if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) < 0 || info.si_pid == 0)
			return reaped;
		task = find_task(info.si_pid);
		if (!task || task->ended) {
			/* A grandchild whose parent ended before it. */
			waitpid(info.si_pid, NULL, 0);
			continue;
		}
		task->end_ns = now_ns();
		task->wait_ns = run_queue_wait_ns(task->pid) - task->wait_before_ns;
		if (wait4(task->pid, &task->status, 0, &task->usage) < 0)
			die("wait4 %d", task->pid);
		task->ended = true;
		reaped++;
	}
}

/* Wakes the tasks whose delay is over; returns how many those were. */
static long release_due(int64_t opened_ns)
{
	long woken = 0;

	for (; nr_released < nr_delayed; nr_released++) {
		struct task *task = delayed[nr_released];
		_Atomic uint32_t *open = &barrier->notes[task - tasks].open;
		int64_t now = now_ns();

		if (now < opened_ns + task->delay_ns)
			break;
		task->released_ns = now;
		atomic_store(open, 1);
		woken += futex(open, FUTEX_WAKE, 1);
	}
	return woken;
}

enum ending { ENDED, TIMED_OUT, INTERRUPTED };

/* Releases and reaps until no task is left; adds to WOKEN those whom it woke. */
static enum ending supervise(int signals, int64_t opened_ns, int64_t deadline_ns, long *woken)
{
	struct pollfd fds[] = {
		{ .fd = signals, .events = POLLIN },
		{ .fd = STDIN_FILENO, .events = POLLIN },
	};
	enum ending ending = ENDED;
	uint32_t running = nr_tasks - reap();

	while (running > 0) {
		struct signalfd_siginfo info;
		struct timespec left;
		int64_t until_ns;
		char byte;

		if (now_ns() >= deadline_ns && ending == ENDED) {
			ending = TIMED_OUT;
			kill_all();
		}
		if (ending == ENDED)
			*woken += release_due(opened_ns);
		until_ns = deadline_ns;
		if (nr_released < nr_delayed && opened_ns + delayed[nr_released]->delay_ns < until_ns)
			until_ns = opened_ns + delayed[nr_released]->delay_ns;
		left = timespec_until(until_ns);
		if (ppoll(fds, 2, ending == ENDED ? &left : NULL, NULL) < 0)
			continue;
		if (fds[0].revents & POLLIN) {
			if (read(signals, &info, sizeof(info)) == sizeof(info) &&
			    info.ssi_signo != SIGCHLD && ending == ENDED) {
				ending = INTERRUPTED;
				kill_all();
			}
		}
		if (fds[1].revents && read(STDIN_FILENO, &byte, 1) <= 0) {
			/* Whoever started us is gone. */
			fds[1].fd = -1;
			if (ending == ENDED) {
				ending = INTERRUPTED;
				kill_all();
			}
		}
		running -= reap();
	}
	return ending;
}

/* Kills what the tasks left behind; returns how many processes that were. */
static uint32_t kill_leftovers(void)
{
	uint32_t leftovers = 0;
	char path[64];
	FILE *file;
	int pid;

	kill_all();
	/* As the subreaper we are the parent of every orphan, also of one with a session of its own. */
	snprintf(path, sizeof(path), "/proc/self/task/%d/children", getpid());
	do {
		file = fopen(path, "re");
		while (file && fscanf(file, "%d", &pid) == 1)
			kill(pid, SIGKILL);
		if (file)
			fclose(file);
		pid = waitpid(-1, NULL, 0);
		leftovers += pid > 0;
	} while (pid > 0);
	return leftovers;
}

/* ---- reporting ---- */

static void report_ready(bool realtime, bool fixed_layout)
{
	printf("{\"event\":\"ready\",\"realtime\":%s,\"fixed_layout\":%s,\"held\":[",
	       realtime ? "true" : "false", fixed_layout ? "true" : "false");
	for (uint32_t i = 0; i < nr_tasks; i++) {
		const struct child_note *note = &barrier->notes[i];

		printf("%s{\"pid\":%d,\"scheduling\":", i ? "," : "", tasks[i].pid);
		scheduling_print(&note->scheduling);
		if (note->scheduling_error)
			printf(",\"error\":\"%s\"}", strerror(note->scheduling_error));
		else
			printf(",\"error\":null}");
	}
	printf("]}\n");
	fflush(stdout);
}

static void report_task(uint32_t index, int64_t opened_ns)
{
	const struct task *task = &tasks[index];
	const struct child_note *note = &barrier->notes[index];
	const struct rusage *before = &note->before;
	const struct rusage *after = &task->usage;
	int64_t start_ns = note->start_ns;
	int64_t released_ns = task->released_ns;
	bool exited = WIFEXITED(task->status);

	/* A task that was killed before it ran has no start of its own, nor perhaps a release. */
	if (start_ns == 0)
		start_ns = task->end_ns;
	if (released_ns == 0)
		released_ns = task->end_ns;
	printf("{\"event\":\"task\",\"index\":%u,", index);
	if (task->delay_ns > 0)
		printf("\"release_s\":%.6f,", (double)(released_ns - opened_ns) / 1e9);
	printf("\"start_s\":%.6f,\"end_s\":%.6f,"
	       "\"user_s\":%.6f,\"system_s\":%.6f,\"wait_s\":%.6f,"
	       "\"voluntary_switches\":%ld,\"involuntary_switches\":%ld,\"max_rss_bytes\":%lld,"
	       "\"scheduling\":",
	       (double)(start_ns - opened_ns) / 1e9, (double)(task->end_ns - opened_ns) / 1e9,
	       seconds_between(before->ru_utime, after->ru_utime),
	       seconds_between(before->ru_stime, after->ru_stime), (double)task->wait_ns / 1e9,
	       after->ru_nvcsw - before->ru_nvcsw, after->ru_nivcsw - before->ru_nivcsw,
	       after->ru_maxrss * 1024LL);
	scheduling_print(&note->scheduling);
	if (exited)
		printf(",\"exit_code\":%d,\"signal\":null}\n", WEXITSTATUS(task->status));
	else
		printf(",\"exit_code\":null,\"signal\":%d}\n", WTERMSIG(task->status));
}

static int prepare_signals(void)
{
	sigset_t set;
	int fd;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	fd = signalfd(-1, &set, SFD_CLOEXEC);
	if (fd < 0)
		die("signalfd");
	return fd;
}

/*
 * Above every fair and sched_ext task, and above the priority 1 that a task may
 * ask for; children start as ordinary ones.
 */
static bool become_realtime(void)
{
	struct sched_param param = { .sched_priority = 50 };

	return sched_setscheduler(0, SCHED_FIFO | SCHED_RESET_ON_FORK, &param) == 0;
}

/*
 * For the children: the same addresses in every run. Where a program's data lies
 * in the caches and tables of a processor, or of an emulator, makes it faster or
 * slower (a treap of 200 KB under QEMU: 6.5 to 9.2 s for the same work).
 */
static bool fix_layout(void)
{
	int persona = personality(0xffffffff);

	return persona != -1 && personality(persona | ADDR_NO_RANDOMIZE) != -1;
}

static bool parse_id(const char *text, uint32_t *id)
{
	char *end;
	unsigned long value = strtoul(text, &end, 10);

	*id = (uint32_t)value;
	/* The last one means "unchanged" to the kernel. */
	return *text >= '0' && *text <= '9' && *end == '\0' && value < UINT32_MAX;
}

int main(int argc, char **argv)
{
	static const char *const endings[] = { "ended", "timed_out", "interrupted" };
	int64_t opened_ns, woken_ns, timeout_ns;
	double timeout_s;
	enum ending ending;
	bool realtime, fixed_layout;
	int signals;
	long woken;
	char *end, go;

	timeout_s = argc == 4 ? strtod(argv[1], &end) : 0;
	/* "nan" is a number to strtod, too, and neither more nor less than another. */
	if (argc != 4 || *end != '\0' || !(timeout_s > 0 && timeout_s <= LONGEST_TIMEOUT_S) ||
	    !parse_id(argv[2], &task_uid) || !parse_id(argv[3], &task_gid)) {
		fprintf(stderr, "usage: gate TIMEOUT_SECONDS UID GID\n");
		return 2;
	}
	timeout_ns = (int64_t)(timeout_s * 1e9);
	/* Unbuffered, so that what follows the list stays for poll and read. */
	setvbuf(stdin, NULL, _IONBF, 0);
	read_tasks();
	signals = prepare_signals();
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	realtime = become_realtime();
	fixed_layout = fix_layout();
	fork_tasks();
	wait_for_arrivals(now_ns() + 60 * NS_PER_S);

	report_ready(realtime, fixed_layout);
	if (read(STDIN_FILENO, &go, 1) != 1 || go != 'g') {
		kill_all();
		fprintf(stderr, "gate: not opened: standard input ended\n");
		return 1;
	}

	opened_ns = now_ns();
	atomic_store(&barrier->open, 1);
	woken = futex(&barrier->open, FUTEX_WAKE, INT32_MAX);
	woken_ns = now_ns();
	/* From here on silence: whoever reads us would take CPU time from the tasks. */
	ending = supervise(signals, opened_ns, opened_ns + timeout_ns, &woken);
	uint32_t leftovers = kill_leftovers();

	printf("{\"event\":\"released\",\"woken\":%ld,\"spread_s\":%.6f,\"opened_ns\":%lld}\n", woken,
	       (double)(woken_ns - opened_ns) / 1e9, (long long)opened_ns);
	for (uint32_t i = 0; i < nr_tasks; i++)
		report_task(i, opened_ns);
	printf("{\"event\":\"done\",\"ending\":\"%s\",\"leftovers\":%u}\n", endings[ending],
	       leftovers);
	return fflush(stdout) == 0 ? 0 : 1;
}
