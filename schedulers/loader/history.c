// SPDX-License-Identifier: GPL-2.0-only
#include "history.h"

#include "log.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#define MAP_NAME  "history"
#define FORMAT	  "schedlab.history/"
#define VERSION	  "1"
#define NS_IN_DAY (86400ULL * 1000000000ULL)
/* Not used for so long: forgotten. */
#define MOST_DAYS 90
/* More than this is no CPU time of a job. */
#define MOST_NS	   (1000 * NS_IN_DAY)
#define MOST_COUNT 1000

/* A value of the map. */
struct value {
	uint64_t mean_ns;
	uint64_t spread_ns;
	uint32_t count;
	uint32_t day;
};

static uint32_t today(void)
{
	return time(NULL) / 86400;
}

static int fail(const char *what, const char *path)
{
	int err = errno;

	fprintf(stderr, "loader: cannot %s %s: %s\n", what, path, strerror(err));
	return -err;
}

/* --- lists ----------------------------------------------------------------------- */

static int by_signature(const void *a, const void *b)
{
	uint64_t left = ((const struct history_entry *)a)->signature;
	uint64_t right = ((const struct history_entry *)b)->signature;

	return (left > right) - (left < right);
}

static int newest_first(const void *a, const void *b)
{
	uint32_t left = ((const struct history_entry *)a)->day;
	uint32_t right = ((const struct history_entry *)b)->day;

	return (left < right) - (left > right);
}

static bool append(struct history_list *list, const struct history_entry *entry)
{
	/* Room for a power of two. */
	if ((list->count & (list->count - 1)) == 0) {
		size_t room = list->count ? 2 * list->count : 1;
		void *entries = realloc(list->entries, room * sizeof(*entry));

		if (!entries)
			return false;
		list->entries = entries;
	}
	list->entries[list->count++] = *entry;
	return true;
}

static void sort(struct history_list *list)
{
	if (list->entries)
		qsort(list->entries, list->count, sizeof(*list->entries), by_signature);
}

/* Of two entries for one signature, in a sorted list, the one that was used last stays. */
static void drop_repeated(struct history_list *list)
{
	size_t kept = 0;

	for (size_t i = 0; i < list->count; i++) {
		const struct history_entry *entry = &list->entries[i];
		struct history_entry *last = kept ? &list->entries[kept - 1] : NULL;

		if (!last || last->signature != entry->signature)
			list->entries[kept++] = *entry;
		else if (entry->day > last->day)
			*last = *entry;
	}
	list->damaged += list->count - kept;
	list->count = kept;
}

static const struct history_entry *find(const struct history_list *list, uint64_t signature)
{
	struct history_entry key = {.signature = signature};

	if (!list->count)
		return NULL;
	return bsearch(&key, list->entries, list->count, sizeof(key), by_signature);
}

/* --- the file ---------------------------------------------------------------------- */

/* FNV-1a. */
static uint32_t checksum(const char *text, size_t length)
{
	uint32_t hash = 2166136261U;

	for (size_t i = 0; i < length; i++)
		hash = (hash ^ (unsigned char)text[i]) * 16777619U;
	return hash;
}

static bool parse_entry(const char *line, struct history_entry *entry)
{
	uint32_t sum;
	int text_length = 0, length = 0;

	if (sscanf(line,
		   "%16" SCNx64 " %20" SCNu64 " %20" SCNu64 " %10" SCNu32 " %10" SCNu32 "%n %8" SCNx32
		   "%n",
		   &entry->signature, &entry->mean_ns, &entry->spread_ns, &entry->count,
		   &entry->day, &text_length, &sum, &length) != 6)
		return false;
	return line[length] == '\n' && sum == checksum(line, text_length) && entry->signature &&
	       entry->mean_ns <= MOST_NS && entry->spread_ns <= MOST_NS && entry->count > 0 &&
	       entry->count <= MOST_COUNT && entry->day > 0 && entry->day <= today() + 1;
}

static void print_entry(FILE *file, const struct history_entry *entry)
{
	char line[128];
	int length = snprintf(line, sizeof(line),
			      "%016" PRIx64 " %" PRIu64 " %" PRIu64 " %" PRIu32 " %" PRIu32,
			      entry->signature, entry->mean_ns, entry->spread_ns, entry->count,
			      entry->day);

	fprintf(file, "%s %08" PRIx32 "\n", line, checksum(line, length));
}

/* Leaves out what is too old. */
static int read_file(const char *path, struct history_list *list)
{
	FILE *file = fopen(path, "re");
	struct history_entry entry;
	char line[256];
	bool first = true;
	int err = 0;

	if (!file)
		return errno == ENOENT ? 0 : fail("read", path);
	while (!err && fgets(line, sizeof(line), file)) {
		bool is_format = strncmp(line, FORMAT, strlen(FORMAT)) == 0;

		if (first && is_format && strcmp(line, FORMAT VERSION "\n") != 0) {
			line[strcspn(line, "\n")] = '\0';
			fprintf(stderr, "loader: %s is of another version: %s\n", path, line);
			err = -EINVAL;
		} else if (first && is_format) {
			/* Entries follow. */
		} else if (!parse_entry(line, &entry)) {
			list->damaged++;
		} else if (entry.day + MOST_DAYS >= today() && !append(list, &entry)) {
			err = -ENOMEM;
		}
		first = false;
	}
	if (!err && ferror(file))
		err = fail("read", path);
	fclose(file);
	sort(list);
	drop_repeated(list);
	return err;
}

static int write_file(const char *path, const struct history_list *list)
{
	char temporary[4096];
	FILE *file;
	bool written;
	int err;

	if (snprintf(temporary, sizeof(temporary), "%s.tmp", path) >= (int)sizeof(temporary)) {
		errno = ENAMETOOLONG;
		return fail("write", path);
	}
	file = fopen(temporary, "we");
	if (!file)
		return fail("write", temporary);
	fputs(FORMAT VERSION "\n", file);
	for (size_t i = 0; i < list->count; i++)
		print_entry(file, &list->entries[i]);
	written = fflush(file) == 0 && !ferror(file) && fsync(fileno(file)) == 0;
	if (fclose(file) == 0 && written && rename(temporary, path) == 0)
		return 0;
	err = fail("write", path);
	unlink(temporary);
	return err;
}

/* --- the map --------------------------------------------------------------------------- */

static int read_map(const struct history *history, struct history_list *list)
{
	int fd = bpf_map__fd(history->map);
	uint64_t key, *previous = NULL;

	while (bpf_map_get_next_key(fd, previous, &key) == 0) {
		struct value value;

		if (bpf_map_lookup_elem(fd, &key, &value) == 0) {
			struct history_entry entry = {key, value.mean_ns, value.spread_ns,
						      value.count, value.day};

			if (!append(list, &entry))
				return -ENOMEM;
		}
		previous = &key;
	}
	sort(list);
	return 0;
}

/* What both have learned since they began from BASE, each weighted with what it has seen. */
static struct history_entry combine(const struct history_entry *base,
				    const struct history_entry *ours,
				    const struct history_entry *theirs)
{
	struct history_entry both = *ours;
	uint64_t known = base ? base->count : 0;
	uint64_t our_count = ours->count > known ? ours->count - known : 1;
	uint64_t their_count = theirs->count > known ? theirs->count - known : 1;
	uint64_t sum = our_count + their_count;

	both.mean_ns = (ours->mean_ns / sum) * our_count + (theirs->mean_ns / sum) * their_count;
	if (theirs->spread_ns > both.spread_ns)
		both.spread_ns = theirs->spread_ns;
	both.count = known + sum > MOST_COUNT ? MOST_COUNT : known + sum;
	return both;
}

static bool same(const struct history_entry *a, const struct history_entry *b)
{
	return a && b && a->mean_ns == b->mean_ns && a->spread_ns == b->spread_ns &&
	       a->count == b->count;
}

/* Adds to FILE what was learned in this session; what was not used stays as it is there. */
static int merge(const struct history *history, const struct history_list *map,
		 struct history_list *file, struct history_list *merged)
{
	for (size_t i = 0; i < map->count; i++) {
		struct history_entry entry = map->entries[i];
		const struct history_entry *theirs = find(file, entry.signature);
		const struct history_entry *base = find(&history->loaded, entry.signature);

		/* What no job can have used would not be read again. */
		if (entry.day != 0 || entry.mean_ns > MOST_NS || entry.spread_ns > MOST_NS ||
		    entry.count == 0)
			continue;
		if (entry.count > MOST_COUNT)
			entry.count = MOST_COUNT;
		if (theirs && !same(theirs, base))
			entry = combine(base, &entry, theirs);
		entry.day = today();
		if (!append(merged, &entry))
			return -ENOMEM;
	}
	sort(merged);
	for (size_t i = 0, learned = merged->count; i < file->count; i++) {
		struct history_list ours = {merged->entries, learned, 0};

		if (!find(&ours, file->entries[i].signature) && !append(merged, &file->entries[i]))
			return -ENOMEM;
	}
	return 0;
}

/* Keeps what was used last. */
static void limit(struct history_list *list, size_t most)
{
	if (list->entries && list->count > most) {
		qsort(list->entries, list->count, sizeof(*list->entries), newest_first);
		list->count = most;
	}
	sort(list);
}

static void list_free(struct history_list *list)
{
	free(list->entries);
	*list = (struct history_list){};
}

/* --- what the loader calls ---------------------------------------------------------------- */

int history_find(struct history *history, const struct bpf_object *object, const char *path)
{
	struct bpf_map *map = bpf_object__find_map_by_name(object, MAP_NAME);

	if (map && bpf_map__key_size(map) == sizeof(uint64_t) &&
	    bpf_map__value_size(map) == sizeof(struct value))
		history->map = map;
	history->path = path;
	if (history->map || !path)
		return 0;
	fprintf(stderr, "loader: this scheduler keeps no history: it has no map \"" MAP_NAME
			"\" of struct job_history\n");
	return -EINVAL;
}

int history_load(struct history *history)
{
	int err;

	if (!history->path)
		return 0;
	err = read_file(history->path, &history->loaded);
	limit(&history->loaded, bpf_map__max_entries(history->map));
	for (size_t i = 0; !err && i < history->loaded.count; i++) {
		const struct history_entry *entry = &history->loaded.entries[i];
		struct value value = {entry->mean_ns, entry->spread_ns, entry->count, entry->day};

		err = bpf_map_update_elem(bpf_map__fd(history->map), &entry->signature, &value,
					  BPF_ANY);
		if (err)
			fprintf(stderr, "loader: cannot fill the map: %s\n", error_text(-err));
	}
	return err;
}

int history_save(struct history *history)
{
	struct history_list map = {}, file = {}, merged = {};
	char lock_path[4096];
	int lock, err;

	if (!history->path)
		return 0;
	if (snprintf(lock_path, sizeof(lock_path), "%s.lock", history->path) >=
	    (int)sizeof(lock_path)) {
		errno = ENAMETOOLONG;
		return fail("write", history->path);
	}
	lock = open(lock_path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
	if (lock < 0 || flock(lock, LOCK_EX) < 0)
		return fail("lock", lock_path);
	err = read_map(history, &map);
	if (!err)
		err = read_file(history->path, &file);
	if (!err)
		err = merge(history, &map, &file, &merged);
	if (!err) {
		limit(&merged, bpf_map__max_entries(history->map));
		err = write_file(history->path, &merged);
	}
	if (!err)
		history->saved = merged.count;
	close(lock);
	list_free(&map);
	list_free(&file);
	list_free(&merged);
	return err;
}

void history_free(struct history *history)
{
	list_free(&history->loaded);
}
