// SPDX-License-Identifier: GPL-2.0-only
/*
 * jobs - tells long tasks from short ones by the CPU time that their like used.
 *
 * A job is what one exec starts: its process, all threads of it, and what they
 * fork. What those exec in turn are jobs of their own, children of the first,
 * and count for both. So a shell with its pipeline is one job of several jobs.
 *
 * - What a job is, its signature says: a hash of the program's name and of the
 *   arguments, read from its memory once it has run for a moment. What it is about
 *   to be, its command says: the same as its exec asks for them, a good deal sooner.
 * - When the last process of a job is gone, the CPU time of all of it goes into
 *   `history`, under the signature, under the command, and under the program alone.
 * - The next job of that signature, or else of that program, is expected to use
 *   as much. One that is known from neither, or outlives that, is expected to use
 *   what those did on average that lived as long.
 * - The first job of a signature is expected to use an average more: nothing says
 *   that it is short, and when it has ended the others of its kind are known.
 * - A task has still to do what its job is expected still to use; or its part of
 *   what the parent job is, when that is more and has been much the same each
 *   time: a script that starts a thousand small programs, one after the other, is
 *   a long task.
 * - LONG is what has more than three times the average still to do. What is known
 *   to be LONG stays so until it ends: of what it has left then, much may be what
 *   the estimate was off by. Whatever is of unknown use, or sleeps, is no batch
 *   until it has used its credit.
 *
 * With JOBS_FORGET there is only what happened since the scheduler was loaded.
 *
 * The maps are the loader's to read and write: history is kept in a file
 * (loader --history).
 */
#ifndef __JOBS_BPF_H
#define __JOBS_BPF_H

#include "long_first.bpf.h"

/* --- tunables ------------------------------------------------------------------ */

/* CPU time after which an unknown program, or one that slept, counts as batch. */
const volatile u32 unknown_credit_us TUNABLE_RANGE(0, 100000000) = 50000;
/* LONG has more than this many per cent of the average still to do. */
const volatile u32 long_percent TUNABLE_RANGE(100, 100000) = 300;
/* Jobs that used less are of no interest for the average. */
const volatile u32 small_job_us TUNABLE_RANGE(0, 100000000) = 10000;

/* --- state ------------------------------------------------------------------------- */

/* What is known of one signature. The loader knows this layout. */
struct job_history {
	u64 mean_ns;
	u64 spread_ns; /* mean distance from the mean */
	u32 count; /* jobs seen, up to JOBS_MOST_COUNTED; 0: one has begun */
	u32 day; /* of the last use, since 1970, set by the loader; 0: used in this session */
};

#ifdef JOBS_FORGET
/* Under another name, so that no loader keeps it. */
#define history session
#endif

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 65536);
	__type(key, u64);
	__type(value, struct job_history);
} history SEC(".maps");

/* Keys of history that are no signature. */
enum {
	JOBS_ALL = 1, /* jobs that had no children and were not small */
	JOBS_BUCKETS = 64, /* + n: those of them that used less than 2^n ns, but no less than half */
	JOBS_NR_BUCKETS = 64,
	JOBS_FIRST_SIGNATURE = 1 << 16,
};

#define JOBS_MOST_COUNTED 1000
/* Weight of the newest in a mean is one in this many, once there are as many. */
#define JOBS_MEMORY	4
#define JOBS_MEMORY_ALL 64

struct job {
	u64 parent; /* 0 for none */
	u64 signature;
	u64 program;
	u64 command; /* as its exec asked for it; 0 where that was not seen */
	u64 used_ns; /* by the job and its children */
	u64 expected_ns; /* in all */
	u64 valid_until_ns; /* used_ns at which that is to be estimated anew */
	u32 holders; /* its tasks, and its children */
	bool known; /* from the history */
	bool steady; /* its like used much the same each time */
	bool first; /* of its signature */
	bool had_children;
	bool cut; /* not all of it was seen */
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 262144);
	__type(key, u64);
	__type(value, struct job);
} jobs SEC(".maps");

static u64 jobs_last_id;

/* Of JOBS_ALL, and long_percent of that, which every task is compared with. */
static u64 jobs_average_ns;
static u64 jobs_long_ns;

/* Bit n: JOBS_BUCKETS + n may be in the history. CPUs race; a bit lost is set by the next such job. */
static u64 jobs_buckets = ~0ULL;

/*
 * CPU time that changes nothing yet: most of what runs sleeps again after less, and it
 * is a small part of what a task has still to do, or of what one has on average.
 */
#define JOBS_WORTH_CHARGING_NS	 250000
#define JOBS_WORTH_CHARGING_PART 16

/* What jobs use on average, when none has ended yet. */
#define JOBS_SUPPOSED_NS 1000000000

/*
 * Uses are much the same each time when their spread is at most one part in this many
 * of the mean. Little: what starts the tasks of a batch may have the same arguments for
 * another batch. (With 2, one of 33 s after some of 50 to 85 s: its long task waited for
 * 1.7 s, as each of the last tasks was thought to have a tenth of 50 s to do.)
 */
#define JOBS_STEADY 8

/* CPU time that an exec takes at most; who has used more has not become what it announced. */
#define JOBS_EXEC_NS 1000000000

/* A job and its ancestors, as far as they count. */
#define JOBS_LEVELS 3

/* --- history ------------------------------------------------------------------------- */

static u64 jobs_distance(u64 a, u64 b)
{
	return a > b ? a - b : b - a;
}

/* One part in WEIGHT of the way from VALUE to TARGET. */
static u64 jobs_toward(u64 value, u64 target, u64 weight)
{
	u64 step = jobs_distance(value, target) / (weight ?: 1);

	return target > value ? value + step : value - step;
}

/*
 * Exponentially weighted. When SURPRISED, a job that is far out says that the
 * world has changed: the mean starts anew from it.
 */
static void jobs_learn(u64 key, u64 used_ns, u32 memory, bool surprised)
{
	struct job_history *h = bpf_map_lookup_elem(&history, &key);
	struct job_history first = {.mean_ns = used_ns, .count = 1};
	u64 distance_ns, weight;

	if (!h || !h->count) {
		bpf_map_update_elem(&history, &key, &first, BPF_ANY);
		return;
	}
	distance_ns = jobs_distance(used_ns, h->mean_ns);
	weight = h->count < memory ? h->count + 1 : memory;
	if (surprised && distance_ns > 4 * h->spread_ns + h->mean_ns / 4)
		h->mean_ns = used_ns;
	else
		h->mean_ns = jobs_toward(h->mean_ns, used_ns, weight);
	h->spread_ns = jobs_toward(h->spread_ns, distance_ns, weight);
	if (h->count < JOBS_MOST_COUNTED)
		h->count++;
	h->day = 0;
}

static u64 jobs_mean_ns(u64 key)
{
	struct job_history *h = bpf_map_lookup_elem(&history, &key);

	return h ? h->mean_ns : 0;
}

static void jobs_set_average(u64 average_ns)
{
	jobs_average_ns = average_ns;
	jobs_long_ns = average_ns * long_percent / 100;
}

/* As the history has it, before the first job of this session has ended. */
static void jobs_recall_average(void)
{
	if (!jobs_average_ns)
		jobs_set_average(jobs_mean_ns(JOBS_ALL));
}

static bool jobs_is_steady(const struct job_history *h)
{
	return h->spread_ns <= h->mean_ns / JOBS_STEADY;
}

/* What is expected of a new job, whose signature and program are given; nothing if they are new. */
static void jobs_expect(struct job *job)
{
	struct job_history *h = bpf_map_lookup_elem(&history, &job->signature);
	struct job_history begun = {};

	if (!h && job->signature)
		job->first = !bpf_map_update_elem(&history, &job->signature, &begun, BPF_NOEXIST);
#ifndef JOBS_FORGET
	if (!h || !h->count)
		h = bpf_map_lookup_elem(&history, &job->program);
#endif
	if (!h || !h->count)
		return;
	job->expected_ns = h->mean_ns;
	job->valid_until_ns = h->mean_ns;
	job->steady = jobs_is_steady(h);
	job->known = true;
}

static u32 jobs_bucket(u64 used_ns)
{
	return MIN(log2_u64(used_ns), JOBS_NR_BUCKETS - 1);
}

/* What jobs that used USED_NS went on to use, on average; if none did, as much again. */
static u64 jobs_left_after_ns(u64 used_ns)
{
	u64 sum_ns = 0, count = 0;
	u32 n;

	bpf_for(n, jobs_bucket(used_ns), JOBS_NR_BUCKETS) {
		u64 key = JOBS_BUCKETS + n;
		struct job_history *h;

		if (!(jobs_buckets >> n))
			break;
		if (!(jobs_buckets & (1ULL << n)))
			continue;
		h = bpf_map_lookup_elem(&history, &key);
		if (!h) {
			jobs_buckets &= ~(1ULL << n);
			continue;
		}
		sum_ns += h->mean_ns * h->count;
		count += h->count;
	}
	if (!count || sum_ns / count <= used_ns)
		return used_ns;
	return sum_ns / count - used_ns;
}

/* Puts the CPU time of a job whose last process is gone where the next one will look. */
static void jobs_remember(const struct job *job)
{
	u64 used_ns = job->used_ns;
	u32 bucket;

	if (job->cut || !job->program)
		return;
	jobs_learn(job->signature, used_ns, JOBS_MEMORY, true);
#ifndef JOBS_FORGET
	jobs_learn(job->program, used_ns, JOBS_MEMORY_ALL, false);
#endif
	if (job->command)
		jobs_learn(job->command, used_ns, JOBS_MEMORY, true);
	if (job->had_children || used_ns < small_job_us * 1000ULL)
		return;
	jobs_learn(JOBS_ALL, used_ns, JOBS_MEMORY_ALL, false);
	jobs_set_average(jobs_mean_ns(JOBS_ALL));
	bucket = jobs_bucket(used_ns);
	jobs_learn(JOBS_BUCKETS + bucket, used_ns, JOBS_MEMORY_ALL, false);
	jobs_buckets |= 1ULL << bucket;
}

/* --- signatures ------------------------------------------------------------------------ */

#define JOBS_HASH_START 0xcbf29ce484222325ULL
#define JOBS_HASHED_WORDS 16
#define JOBS_MOST_ARGUMENTS 64

static u64 jobs_mix(u64 hash, u64 value)
{
	hash = (hash ^ value) * 0x9e3779b97f4a7c15ULL;
	return hash ^ (hash >> 29);
}

static u64 jobs_mix_words(u64 hash, const u64 *words)
{
#pragma unroll
	for (int i = 0; i < JOBS_HASHED_WORDS; i++)
		hash = jobs_mix(hash, words[i]);
	return hash;
}

static u64 jobs_as_key(u64 hash)
{
	return hash < JOBS_FIRST_SIGNATURE ? hash + JOBS_FIRST_SIGNATURE : hash;
}

#define JOBS_NAME_WORDS (TASK_COMM_LEN / sizeof(u64))

static u64 jobs_hash_name(const u64 comm[JOBS_NAME_WORDS])
{
	return jobs_mix(jobs_mix(JOBS_HASH_START, comm[0]), comm[1]);
}

/* True when P is a user's process that has its arguments; in the midst of an exec they are missing. */
static bool jobs_has_arguments(const struct task_struct *p)
{
	return BPF_CORE_READ(p, mm, arg_end) > BPF_CORE_READ(p, mm, arg_start);
}

/*
 * The first and the last bytes of P's arguments: a compiler's options are much the
 * same each time, and the file's name is at the end. P is the current task.
 */
static u64 jobs_hash_arguments(struct task_struct *p, u64 hash)
{
	u64 start = BPF_CORE_READ(p, mm, arg_start);
	u64 length = BPF_CORE_READ(p, mm, arg_end) - start;
	u64 words[JOBS_HASHED_WORDS] = {};

	hash = jobs_mix(hash, length);
	if (length >= sizeof(words)) {
		bpf_probe_read_user(words, sizeof(words), (void *)start);
		hash = jobs_mix_words(hash, words);
		bpf_probe_read_user(words, sizeof(words), (void *)(start + length - sizeof(words)));
	} else {
		bpf_probe_read_user(words, length & (sizeof(words) - 1), (void *)start);
	}
	return jobs_mix_words(hash, words);
}

/*
 * Of a program's name and the arguments that it is to have, in the current task's memory.
 * Another one than jobs_hash_arguments() finds: scripts get an interpreter's in between.
 */
static __noinline u64 jobs_hash_command(u64 hash, const char *const *arguments)
{
	u64 words[JOBS_HASHED_WORDS];
	u32 i;

	bpf_for(i, 0, JOBS_MOST_ARGUMENTS) {
		const char *argument = NULL;

		bpf_probe_read_user(&argument, sizeof(argument), arguments + i);
		if (!argument)
			break;
		__builtin_memset(words, 0, sizeof(words));
		bpf_probe_read_user_str(words, sizeof(words), argument);
		hash = jobs_mix_words(hash, words);
	}
	return hash;
}

/* --- jobs --------------------------------------------------------------------------------- */

static struct job *jobs_find(u64 id)
{
	return id ? bpf_map_lookup_elem(&jobs, &id) : NULL;
}

/* One holder less; a job without any is over, and no longer holds its parent. */
static void jobs_release(u64 id, bool ended)
{
	int level;

	bpf_for(level, 0, JOBS_LEVELS + 1) {
		struct job *job = jobs_find(id);
		u64 parent;

		if (!job)
			return;
		if (!ended)
			job->cut = true;
		if (__sync_fetch_and_sub(&job->holders, 1) != 1)
			return;
		jobs_remember(job);
		parent = job->parent;
		bpf_map_delete_elem(&jobs, &id);
		id = parent;
	}
}

/* True when the job has as many ancestors as count: what it execs stays part of it. */
static bool jobs_is_deep(u64 id)
{
	int level;

	bpf_for(level, 0, JOBS_LEVELS) {
		struct job *job = jobs_find(id);

		if (!job)
			return false;
		id = job->parent;
	}
	return true;
}

/* The current task P has become another program: a job of its own, held by P. */
static void jobs_begin(struct task_struct *p, struct lf_task *t)
{
	struct job job = {.holders = 1};
	u64 parent_id = t->job, id = __sync_fetch_and_add(&jobs_last_id, 1) + 1;
	struct job *parent;
	u64 comm[JOBS_NAME_WORDS] = {}, name;

	if (jobs_is_deep(parent_id))
		return;
	jobs_recall_average();
	bpf_probe_read_kernel_str(comm, sizeof(comm), p->comm);
	name = jobs_hash_name(comm);
	job.program = jobs_as_key(name);
	job.signature = jobs_as_key(jobs_hash_arguments(p, name));
	job.command = t->command;
	t->command = 0;
	jobs_expect(&job);
	job.parent = parent_id;
	if (bpf_map_update_elem(&jobs, &id, &job, BPF_NOEXIST))
		return;
	/* P held its old job; now its new one does. */
	parent = jobs_find(parent_id);
	if (parent)
		parent->had_children = true;
	t->job = id;
}

/*
 * What a job is expected still to use. An estimate holds until it has used an eighth
 * more: not for long, or it would wait for seconds when that is nearly used up.
 */
static u64 jobs_remaining_ns(struct job *job)
{
	u64 used_ns = job->used_ns, first_ns = 0;

	if (used_ns >= job->valid_until_ns) {
		job->expected_ns = used_ns + jobs_left_after_ns(used_ns);
		job->valid_until_ns = used_ns + used_ns / 8 + JOBS_WORTH_CHARGING_NS;
	}
	if (job->first)
		first_ns = jobs_average_ns ?: JOBS_SUPPOSED_NS;
	return job->expected_ns - MIN(used_ns, job->expected_ns) + first_ns;
}

/*
 * Among how many what a job has still to do is shared: all that hold it, without the one
 * that waits for them. Those that have not come to their exec count too, or else the
 * first ones of a batch would be told that all of it is theirs.
 */
static u64 jobs_parts(const struct job *job)
{
	return job->holders > 1 ? job->holders - 1 : 1;
}

/*
 * Charges the job and its ancestors with what the task used, and finds what it has
 * still to do: what its job has, or its part of what an ancestor has.
 */
static __noinline void jobs_charge(struct lf_task *t)
{
	u64 id = t->job, remaining_ns = 0, parts = 1;

	t->known = false;
#pragma unroll
	for (int level = 0; level < JOBS_LEVELS; level++) {
		struct job *job = jobs_find(id);

		if (!job)
			break;
		__sync_fetch_and_add(&job->used_ns, t->uncharged_ns);
		parts *= jobs_parts(job);
		/* A shell that somebody types into is no guide. */
		if (level == 0 || job->steady) {
			remaining_ns = MAX(remaining_ns, jobs_remaining_ns(job) / (level ? parts : 1));
			t->known |= job->known;
		}
		id = job->parent;
	}
	t->uncharged_ns = 0;
	t->remaining_ns = remaining_ns ?: 1;
}

/* The same for a task that ends: what it would have to do is of no interest. */
static __always_inline void jobs_charge_last(const struct lf_task *t)
{
	u64 id = t->job;
	int level;

#pragma clang loop unroll(disable)
	for (level = 0; level < JOBS_LEVELS; level++) {
		struct job *job = jobs_find(id);

		if (!job)
			return;
		__sync_fetch_and_add(&job->used_ns, t->uncharged_ns);
		id = job->parent;
	}
}

/* --- what long_first.bpf.h asks for ------------------------------------------------------------ */

/* Not yet the program that it will be, or one of unknown use, or one that has slept. */
static bool jobs_is_prompt(const struct task_struct *p, const struct lf_task *t)
{
	bool before_exec = (p->flags & PF_FORKNOEXEC) && p->pid == p->tgid;

	if (t->known && !before_exec)
		return t->credit_ns > startup_us * 1000ULL;
	return t->credit_ns > 0;
}

static bool jobs_is_long(u64 remaining_ns)
{
	return jobs_average_ns && remaining_ns > jobs_long_ns;
}

static __always_inline void jobs_classify(struct task_struct *p, struct lf_task *t)
{
	if (t->was_long)
		t->class = LF_LONG;
	else if (jobs_is_prompt(p, t))
		t->class = LF_OTHER;
	else
		t->class = jobs_is_long(t->remaining_ns) ? LF_LONG : LF_SHORT;
	t->was_long |= t->known && t->class == LF_LONG;
}

static void lf_born(struct task_struct *p, struct lf_task *t, bool forked)
{
	struct lf_task *parent = forked ? lf_task_of(bpf_get_current_task_btf()) : NULL;
	struct job *job = parent ? jobs_find(parent->job) : NULL;

	if (!job)
		return;
	__sync_fetch_and_add(&job->holders, 1);
	t->job = parent->job;
}

static bool lf_look(struct task_struct *p, struct lf_task *t)
{
	if (t->class == LF_UNKNOWN) {
		/* Its class follows from what it does, or from its exec. */
		t->class = LF_OTHER;
		t->credit_ns = other_credit_us * 1000ULL;
		t->exec_id = p->self_exec_id;
		return true;
	}
	/* Its arguments can be read only where it is the current task. */
	if (bpf_get_current_task_btf() != p || !jobs_has_arguments(p))
		return false;
	/* What it used until now is its old job's. */
	t->announced_ns = 0;
	jobs_charge(t);
	t->was_long = false;
	jobs_begin(p, t);
	jobs_charge(t);
	t->credit_ns = startup_us * 1000ULL ?: 1;
	jobs_classify(p, t);
	if (t->class == LF_OTHER)
		t->credit_ns = unknown_credit_us * 1000ULL;
	return true;
}

/* What the history says of the command, or of a steady program, holds until it has begun. */
static void lf_about_to_exec(struct lf_task *t, const char *path, const char *const *arguments)
{
	u64 comm[JOBS_NAME_WORDS] = {}, name, program;
	struct job_history *h;

	lf_name_at(path, (char *)comm);
	name = jobs_hash_name(comm);
	program = jobs_as_key(name);
	t->command = jobs_as_key(jobs_hash_command(name, arguments));
	h = bpf_map_lookup_elem(&history, &t->command);
	if (!h || !h->count) {
		h = bpf_map_lookup_elem(&history, &program);
		if (!h || !h->count || !jobs_is_steady(h))
			return;
	}
	jobs_recall_average();
	t->remaining_ns = h->mean_ns ?: 1;
	t->credit_ns = startup_us * 1000ULL ?: 1;
	t->class = jobs_is_long(t->remaining_ns) ? LF_LONG : LF_SHORT;
	t->announced_ns = JOBS_EXEC_NS;
}

static __always_inline void lf_used(struct task_struct *p, struct lf_task *t, u64 used_ns)
{
	lf_take_credit(t, used_ns);
	t->uncharged_ns += used_ns;
	if (t->announced_ns) {
		t->announced_ns -= MIN(used_ns, t->announced_ns);
		return;
	}
	if (!t->job || t->uncharged_ns < JOBS_WORTH_CHARGING_NS)
		return;
	if (t->uncharged_ns >= MAX(t->remaining_ns, jobs_average_ns) / JOBS_WORTH_CHARGING_PART)
		jobs_charge(t);
	jobs_classify(p, t);
}

static void lf_slept(struct lf_task *t, u64 slept_ns)
{
	lf_give_credit(t, slept_ns, (t->job ? unknown_credit_us : other_credit_us) * 1000ULL);
	if (t->class == LF_SHORT && t->credit_ns > startup_us * 1000ULL)
		t->class = LF_OTHER;
}

void BPF_STRUCT_OPS(jobs_exit_task, struct task_struct *p, struct scx_exit_task_args *args)
{
	struct lf_task *t = lf_task_of(p);

	if (!t)
		return;
	lf_charge(p, t);
	jobs_charge_last(t);
	jobs_release(t->job, p->flags & PF_EXITING);
}

#endif /* __JOBS_BPF_H */
