// SPDX-License-Identifier: GPL-2.0-only
/*
 * loader - loads one sched_ext scheduler and stays until it ends.
 *
 *   loader [OPTIONS] OBJECT [NAME=VALUE]...
 *
 * Loads the scheduler in OBJECT with its tunables set to the values given,
 * attaches it with the tracing programs that come with it, waits until the
 * kernel runs it, and then until a signal asks for the end or the kernel ejects
 * it; from then on without the privileges that loading took. When the loader
 * dies, even by SIGKILL, the kernel unloads the scheduler.
 *
 * Stdout carries one JSON object a line, stderr text:
 *
 *   {"event":"attached","ops":NAME,"enable_seq":N,"tunables":["NAME=VALUE",...],
 *    "missing_constants":[NAME,...],"history":null or {"loaded":N,"damaged":N}}
 *   {"event":"exited","by":"user" or "kernel","kind":N,"reason":S,"message":S,
 *    "exit_code":N[,"dump":S][,"history_saved":N]
 *    [,"callbacks":[{"name":S,"runs":N,"time_ns":N},...]]}
 *
 * tunables are those that were set, with the values that the kernel holds.
 * missing_constants are those that the object wanted filled in and the kernel
 * does not have. kind is an enum scx_exit_kind, and null when the object does
 * not record it. With --list, which needs no privileges and loads nothing:
 *
 *   {"event":"scheduler","ops":NAME,"keeps_history":BOOL}
 *   {"event":"tunable","name":S,"type":S,"default":N,"value":N,"min":N,"max":N}
 */
#include "callback_times.h"
#include "constants.h"
#include "history.h"
#include "json.h"
#include "kernel_state.h"
#include "log.h"
#include "object.h"
#include "options.h"
#include "privileges.h"
#include "tunables.h"

#include <bpf/libbpf.h>
#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#if LIBBPF_MAJOR_VERSION < 1 || (LIBBPF_MAJOR_VERSION == 1 && LIBBPF_MINOR_VERSION < 4)
#error "libbpf 1.4 or newer is needed: see npx schedlab doctor"
#endif

#define POLL_MS		   250
#define ENABLE_TIMEOUT_MS  10000
#define DISABLE_TIMEOUT_MS 30000
/* How long "disabled" must last after an attach before it counts as a failed init. */
#define SETTLE_MS   1000
#define MAX_TRACERS 32

#define SCX_EXIT_UNREG 64

enum status {
	STATUS_OK = 0,
	STATUS_FAILED = 1,
	STATUS_USAGE = 2,
	STATUS_EJECTED = 3,
	STATUS_BUSY = 4,
};

struct session {
	struct scheduler scheduler;
	struct bpf_object *object;
	struct tunables tunables;
	struct constants constants;
	struct history history;
	struct bpf_link *link;
	struct bpf_link *tracers[MAX_TRACERS];
	int nr_tracers;
	long long enable_seq;
	bool with_callback_times;
};

static volatile sig_atomic_t stop_requested;

static void request_stop(int signal)
{
	(void)signal;
	stop_requested = 1;
}

/* --- process ------------------------------------------------------------------- */

/* Blocks the signals that end the loader, so that they arrive only in ppoll(). */
static void set_up_signals(sigset_t *while_waiting)
{
	static const int ending[] = {SIGINT, SIGTERM, SIGHUP};
	struct sigaction action = {.sa_handler = request_stop};
	sigset_t blocked;

	sigemptyset(&blocked);
	for (size_t i = 0; i < sizeof(ending) / sizeof(ending[0]); i++) {
		sigaddset(&blocked, ending[i]);
		sigaction(ending[i], &action, NULL);
	}
	sigprocmask(SIG_BLOCK, &blocked, while_waiting);
	for (size_t i = 0; i < sizeof(ending) / sizeof(ending[0]); i++)
		sigdelset(while_waiting, ending[i]);
	/* A reader that went away must not keep the scheduler from being unloaded in order. */
	signal(SIGPIPE, SIG_IGN);
}

static void follow_parent(void)
{
	pid_t parent = getppid();

	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent)
		stop_requested = 1;
}

/*
 * Above every task that a scheduler can starve. Where it is not allowed, the
 * kernel's watchdog remains, so this is no reason to fail.
 */
static void become_realtime(void)
{
	struct sched_param param = {.sched_priority = 1};

	sched_setscheduler(0, SCHED_FIFO, &param);
}

static long long now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

/* --- steps -------------------------------------------------------------------------- */

static enum status open_object(const struct options *options, struct session *session)
{
	int err;

	session->object = bpf_object__open_file(options->object, NULL);
	if (!session->object) {
		err = errno;
		log_show();
		fprintf(stderr, "loader: cannot open %s: %s\n", options->object, error_text(err));
		return STATUS_FAILED;
	}
	err = scheduler_find(&session->scheduler, session->object);
	if (!err && options->timeout_ms)
		err = scheduler_set_timeout(&session->scheduler, options->timeout_ms);
	if (!err)
		err = tunables_find(&session->tunables, session->object);
	if (!err)
		err = history_find(&session->history, session->object, options->history);
	if (err) {
		log_show();
		return STATUS_FAILED;
	}
	for (int i = 0; i < options->nr_settings; i++)
		if (tunables_set(&session->tunables, options->settings[i]))
			return STATUS_USAGE;
	return STATUS_OK;
}

static enum status load_object(const struct options *options, struct session *session)
{
	int err = constants_fill(&session->constants, session->object);

	scheduler_make_room_for_dump(&session->scheduler);
	if (!err)
		err = bpf_object__load(session->object);
	if (!err)
		err = tunables_read_back(&session->tunables);
	if (!err)
		return history_load(&session->history) ? STATUS_FAILED : STATUS_OK;
	log_show();
	fprintf(stderr, "loader: the kernel does not load %s: %s\n", options->object,
		error_text(-err));
	return STATUS_FAILED;
}

/* Tracers first: the scheduler may rely on what they note. */
static enum status attach_tracers(const struct options *options, struct session *session)
{
	struct bpf_program *program;

	bpf_object__for_each_program(program, session->object) {
		struct bpf_link *link;

		if (bpf_program__type(program) == BPF_PROG_TYPE_STRUCT_OPS ||
		    !bpf_program__autoload(program) || !bpf_program__autoattach(program))
			continue;
		link = bpf_program__attach(program);
		/* Of a kind that is called by user space, not attached. */
		if (!link && errno == EOPNOTSUPP)
			continue;
		if (!link || session->nr_tracers == MAX_TRACERS) {
			int err = link ? E2BIG : errno;

			bpf_link__destroy(link);
			log_show();
			fprintf(stderr, "loader: cannot attach %s of %s: %s\n",
				bpf_program__name(program), options->object, error_text(err));
			return STATUS_FAILED;
		}
		session->tracers[session->nr_tracers++] = link;
	}
	return STATUS_OK;
}

static enum status attach_scheduler(const struct options *options, struct session *session)
{
	int err;

	session->link = bpf_map__attach_struct_ops(session->scheduler.ops);
	if (session->link)
		return STATUS_OK;
	err = errno;
	log_show();
	if (err == EBUSY) {
		fprintf(stderr, "loader: another scheduler is loaded: %s\n",
			kernel_state_read().ops);
		return STATUS_BUSY;
	}
	fprintf(stderr, "loader: cannot attach %s: %s%s\n", options->object, error_text(err),
		err == E2BIG ? " (is timeout_ms beyond the kernel's 30 s?)" : "");
	return STATUS_FAILED;
}

/* An attach that succeeds is a request: the scheduler's init may still fail. */
static enum status wait_until_enabled(struct session *session)
{
	long long started_ms = now_ms();
	struct timespec pause = {.tv_nsec = 5 * 1000 * 1000};

	while (now_ms() - started_ms < ENABLE_TIMEOUT_MS) {
		struct kernel_state now = kernel_state_read();
		struct exit_info info = scheduler_exit_info(&session->scheduler, false);

		if (info.kind != 0)
			return STATUS_EJECTED;
		if (kernel_runs(&now, session->scheduler.name)) {
			session->enable_seq = now.enable_seq;
			return STATUS_OK;
		}
		if (strcmp(now.state, "disabled") == 0 && now_ms() - started_ms > SETTLE_MS)
			return STATUS_EJECTED;
		nanosleep(&pause, NULL);
	}
	fprintf(stderr, "loader: the kernel has not enabled %s within %d s; its state is \"%s\"\n",
		session->scheduler.name, ENABLE_TIMEOUT_MS / 1000, kernel_state_read().state);
	return STATUS_FAILED;
}

/* Returns at the end of standard input too, when it is watched. */
static void wait_for_stop_or_ejection(const struct session *session, bool watch_stdin,
				      const sigset_t *while_waiting)
{
	struct pollfd stdin_poll = {.fd = STDIN_FILENO, .events = POLLIN};
	struct timespec period = {.tv_nsec = POLL_MS * 1000L * 1000L};
	char ignored[4096];

	while (!stop_requested && kernel_still_runs(session->enable_seq)) {
		if (ppoll(&stdin_poll, watch_stdin ? 1 : 0, &period, while_waiting) <= 0)
			continue;
		if (read(STDIN_FILENO, ignored, sizeof(ignored)) == 0)
			return;
	}
}

static enum status unload(struct session *session)
{
	long long started_ms = now_ms();
	struct timespec pause = {.tv_nsec = 5 * 1000 * 1000};

	bpf_link__destroy(session->link);
	session->link = NULL;
	while (now_ms() - started_ms < DISABLE_TIMEOUT_MS) {
		struct kernel_state now = kernel_state_read();

		if (strcmp(now.state, "disabled") == 0 || now.enable_seq != session->enable_seq)
			return STATUS_OK;
		nanosleep(&pause, NULL);
	}
	fprintf(stderr, "loader: the kernel has not unloaded %s within %d s; its state is \"%s\"\n",
		session->scheduler.name, DISABLE_TIMEOUT_MS / 1000, kernel_state_read().state);
	return STATUS_FAILED;
}

/* --- answers ------------------------------------------------------------------------ */

static void print_scheduler(const struct session *session)
{
	fputs("{\"event\":\"scheduler\",\"ops\":", stdout);
	json_string(stdout, session->scheduler.name);
	printf(",\"keeps_history\":%s}\n", session->history.map ? "true" : "false");
	tunables_print(&session->tunables, stdout);
	fflush(stdout);
}

static void print_attached(const struct session *session)
{
	const struct constants *constants = &session->constants;
	const char *comma = "";

	fputs("{\"event\":\"attached\",\"ops\":", stdout);
	json_string(stdout, session->scheduler.name);
	printf(",\"enable_seq\":%lld,\"tunables\":", session->enable_seq);
	tunables_print_settings(&session->tunables, stdout);
	fputs(",\"missing_constants\":[", stdout);
	for (int i = 0; i < constants->count; i++) {
		if (constants->list[i].is_known)
			continue;
		printf("%s\"%s\"", comma, constants->list[i].name);
		comma = ",";
	}
	fputs("],\"history\":", stdout);
	if (session->history.path)
		printf("{\"loaded\":%zu,\"damaged\":%zu}}\n", session->history.loaded.count,
		       session->history.loaded.damaged);
	else
		fputs("null}\n", stdout);
	fflush(stdout);
}

static void print_exited(const struct session *session, const struct exit_info *info, bool by_user)
{
	printf("{\"event\":\"exited\",\"by\":\"%s\",\"kind\":", by_user ? "user" : "kernel");
	if (info->kind)
		printf("%d", info->kind);
	else
		fputs("null", stdout);
	fputs(",\"reason\":", stdout);
	json_string(stdout, info->reason);
	fputs(",\"message\":", stdout);
	json_string(stdout, info->message);
	printf(",\"exit_code\":%lld", info->exit_code);
	if (info->dump) {
		fputs(",\"dump\":", stdout);
		json_string(stdout, info->dump);
	}
	if (session->history.saved)
		printf(",\"history_saved\":%zu", session->history.saved);
	if (session->with_callback_times) {
		fputs(",\"callbacks\":", stdout);
		callback_times_print(session->object, stdout);
	}
	fputs("}\n", stdout);
	fflush(stdout);
}

/* Unloads what is attached and says why it ended. ASKED: by a signal or by its parent. */
static enum status finish(struct session *session, bool asked)
{
	enum status status = unload(session);
	struct exit_info info = scheduler_exit_info(&session->scheduler, true);
	bool by_user, saved;

	if (status != STATUS_OK)
		return status;
	/* Without a record, asking is all that is known. */
	if (!info.known && asked)
		info.kind = SCX_EXIT_UNREG;
	by_user = info.kind == SCX_EXIT_UNREG && asked;
	/* Also after an ejection: what was learned is still true. */
	saved = history_save(&session->history) == 0;
	print_exited(session, &info, by_user);
	free(info.dump);
	if (!saved)
		return STATUS_FAILED;
	return by_user ? STATUS_OK : STATUS_EJECTED;
}

static enum status run(const struct options *options, struct session *session,
		       const sigset_t *while_waiting)
{
	enum status status = open_object(options, session);
	int err;

	if (status == STATUS_OK && options->list) {
		print_scheduler(session);
		return STATUS_OK;
	}
	if (status == STATUS_OK && !kernel_has_sched_ext()) {
		fprintf(stderr,
			"loader: this kernel has no sched_ext (no /sys/kernel/sched_ext)\n");
		return STATUS_FAILED;
	}
	if (status == STATUS_OK && options->callback_times) {
		session->with_callback_times = true;
		/* Until the loader ends. */
		if (callback_times_start() < 0)
			status = STATUS_FAILED;
	}
	if (status == STATUS_OK)
		status = load_object(options, session);
	if (status == STATUS_OK)
		status = attach_tracers(options, session);
	if (status == STATUS_OK)
		status = attach_scheduler(options, session);
	if (status != STATUS_OK)
		return status;

	status = wait_until_enabled(session);
	if (status == STATUS_FAILED)
		return status;
	if (status == STATUS_EJECTED) {
		session->enable_seq = kernel_state_read().enable_seq;
		return finish(session, false);
	}
	err = privileges_drop(session->history.path != NULL);
	if (err) {
		fprintf(stderr, "loader: cannot drop privileges: %s\n", error_text(-err));
		unload(session);
		return STATUS_FAILED;
	}
	print_attached(session);
	wait_for_stop_or_ejection(session, options->watch_stdin, while_waiting);
	return finish(session, kernel_still_runs(session->enable_seq));
}

int main(int argc, char **argv)
{
	struct options options = {};
	struct session session = {};
	sigset_t while_waiting;
	enum status status;

	if (!options_parse(&options, argc, argv))
		return STATUS_USAGE;

	follow_parent();
	set_up_signals(&while_waiting);
	if (!options.list)
		become_realtime();
	log_start();

	status = run(&options, &session, &while_waiting);

	bpf_link__destroy(session.link);
	for (int i = 0; i < session.nr_tracers; i++)
		bpf_link__destroy(session.tracers[i]);
	tunables_free(&session.tunables);
	constants_free(&session.constants);
	history_free(&session.history);
	bpf_object__close(session.object);
	log_end();
	return status;
}
