// SPDX-License-Identifier: GPL-2.0-only
/*
 * damaged - gives the loader's history files that somebody has damaged.
 *
 *   damaged SEED ROUNDS FOLDER
 *
 * In each round a history is saved, damaged at random, loaded, learned from, and
 * saved again, while another loader may have written to it. What must hold:
 *
 *   - what is loaded is what was saved, nothing else and nothing old, and every
 *     line that was left whole is loaded
 *   - what is saved has no damaged line, no signature twice, and not more entries
 *     than the map; what was learned is among them, combined with what another
 *     loader has learned
 *   - a file of another version is left alone
 *
 * The map is in memory, and so is the calendar: what is tried is the file. Built
 * with SANITIZE=1 it also ends at the first wrong access. Exit status: 0; 1 with
 * the round and what does not hold on stderr, and the file left in FOLDER.
 */
#include "history.h"
#include "log.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define MOST_SLOTS 64
#define MOST_BYTES (64 * 1024)
#define MOST_NS	   (1000 * 86400ULL * 1000000000ULL)
#define FIRST_LINE "schedlab.history/1\n"

struct value {
	uint64_t mean_ns;
	uint64_t spread_ns;
	uint32_t count;
	uint32_t day;
};

/* --- a map in memory, and a calendar ---------------------------------------------- */

struct bpf_map {
	uint32_t room;
	uint32_t count;
	uint64_t keys[MOST_SLOTS];
	struct value values[MOST_SLOTS];
};

static struct bpf_map map;
static uint32_t day = 20000;

time_t time(time_t *result)
{
	time_t now = (time_t)day * 86400;

	if (result)
		*result = now;
	return now;
}

const char *error_text(int err)
{
	return strerror(err);
}

struct bpf_map *bpf_object__find_map_by_name(const struct bpf_object *object, const char *name)
{
	(void)object;
	return strcmp(name, "history") ? NULL : &map;
}

__u32 bpf_map__key_size(const struct bpf_map *m)
{
	return sizeof(m->keys[0]);
}

__u32 bpf_map__value_size(const struct bpf_map *m)
{
	return sizeof(m->values[0]);
}

__u32 bpf_map__max_entries(const struct bpf_map *m)
{
	return m->room;
}

int bpf_map__fd(const struct bpf_map *m)
{
	(void)m;
	return 0;
}

static uint32_t slot_of(uint64_t key)
{
	uint32_t slot = 0;

	while (slot < map.count && map.keys[slot] != key)
		slot++;
	return slot;
}

int bpf_map_update_elem(int fd, const void *key, const void *value, __u64 flags)
{
	uint32_t slot = slot_of(*(const uint64_t *)key);

	(void)fd;
	(void)flags;
	if (slot == map.room)
		return -E2BIG;
	memcpy(&map.keys[slot], key, sizeof(map.keys[slot]));
	memcpy(&map.values[slot], value, sizeof(map.values[slot]));
	map.count += slot == map.count;
	return 0;
}

int bpf_map_lookup_elem(int fd, const void *key, void *value)
{
	uint32_t slot = slot_of(*(const uint64_t *)key);

	(void)fd;
	if (slot == map.count)
		return -ENOENT;
	memcpy(value, &map.values[slot], sizeof(map.values[slot]));
	return 0;
}

int bpf_map_get_next_key(int fd, const void *key, void *next)
{
	uint32_t slot = key ? slot_of(*(const uint64_t *)key) + 1 : 0;

	(void)fd;
	if (slot >= map.count)
		return -ENOENT;
	memcpy(next, &map.keys[slot], sizeof(map.keys[slot]));
	return 0;
}

/* --- chance ------------------------------------------------------------------------- */

static uint64_t state;

/* splitmix64. */
static uint64_t draw(void)
{
	uint64_t bits = state += 0x9e3779b97f4a7c15;

	bits = (bits ^ bits >> 30) * 0xbf58476d1ce4e5b9;
	bits = (bits ^ bits >> 27) * 0x94d049bb133111eb;
	return bits ^ bits >> 31;
}

static uint32_t below(uint32_t limit)
{
	return draw() % limit;
}

/* --- the file ------------------------------------------------------------------------ */

struct text {
	size_t length;
	char bytes[MOST_BYTES + 1];
};

static char path[4096];
static uint64_t round_number;

static void check(bool holds, const char *what)
{
	if (holds)
		return;
	fprintf(stderr, "damaged: round %llu: %s; the file is %s\n",
		(unsigned long long)round_number, what, path);
	exit(1);
}

static void read_text(struct text *text)
{
	FILE *file = fopen(path, "re");

	text->length = file ? fread(text->bytes, 1, MOST_BYTES, file) : 0;
	text->bytes[text->length] = '\0';
	if (file)
		fclose(file);
}

static void write_text(const struct text *text)
{
	FILE *file = fopen(path, "we");

	check(file && fwrite(text->bytes, 1, text->length, file) == text->length, "cannot write");
	fclose(file);
}

/* Replaces LENGTH bytes at AT by NR others. */
static void splice(struct text *text, size_t at, size_t length, const char *others, size_t nr)
{
	if (text->length - length + nr > MOST_BYTES)
		return;
	memmove(text->bytes + at + nr, text->bytes + at + length, text->length - at - length);
	memcpy(text->bytes + at, others, nr);
	text->length += nr - length;
	text->bytes[text->length] = '\0';
}

static void damage(struct text *text)
{
	static const char *const others[] = {
		"-1", "99999999999999999999999", "\n", " ", "0x", "\n\n", "schedlab.history/1\n",
		"ffffffffffffffff 1 1 1 1 00000000\n", "\r\n", "nan",
	};
	size_t at = below(text->length + 1), left = text->length - at;
	size_t some = left ? below(left < 40 ? left : 40) + 1 : 0;
	char copy[300];

	switch (below(7)) {
	case 0: /* a bit */
		if (left)
			text->bytes[at] ^= 1 << below(8);
		break;
	case 1: /* a piece is lost */
		splice(text, at, some, "", 0);
		break;
	case 2: { /* a piece is there twice, perhaps a whole line */
		size_t length = left < sizeof(copy) ? left : sizeof(copy);

		memcpy(copy, text->bytes + at, length);
		splice(text, below(text->length + 1), 0, copy, length);
		break;
	}
	case 3: /* the end is lost */
		splice(text, at, left, "", 0);
		break;
	case 4: { /* what is no text */
		for (size_t i = 0; i < sizeof(copy); i++)
			copy[i] = draw();
		splice(text, at, some, copy, below(sizeof(copy)));
		break;
	}
	case 5: { /* what looks like text */
		const char *other = others[below(sizeof(others) / sizeof(others[0]))];

		splice(text, at, below(2) ? some : 0, other, strlen(other));
		break;
	}
	case 6: { /* a line twice */
		const char *end = memchr(text->bytes + at, '\n', left);
		const char *next = end ? memchr(end + 1, '\n', text->bytes + text->length - end - 1)
				       : NULL;

		if (!next || next - end > (ptrdiff_t)sizeof(copy))
			break;
		memcpy(copy, end + 1, next - end);
		splice(text, end + 1 - text->bytes, 0, copy, next - end);
		break;
	}
	}
}

/* --- what a scheduler does ------------------------------------------------------------ */

/* From few enough that they meet again. */
static uint64_t draw_signature(void)
{
	return (below(100) + 1) * 0x0123456789abcdefULL;
}

static bool is_plausible(const struct value *value)
{
	return value->mean_ns <= MOST_NS && value->spread_ns <= MOST_NS && value->count > 0;
}

static void learn(uint32_t nr)
{
	for (uint32_t i = 0; i < nr; i++) {
		uint64_t signature = draw_signature();
		struct value value = {
			.mean_ns = draw() >> below(64),
			.spread_ns = draw() >> below(64),
			.count = draw() >> (32 + below(32)),
		};

		bpf_map_update_elem(0, &signature, &value, BPF_ANY);
	}
}

/* Loads, with a map that is empty. */
static int load(struct history *history)
{
	*history = (struct history){};
	map.count = 0;
	check(history_find(history, NULL, path) == 0, "no map");
	return history_load(history);
}

/* While ours is at work, which keeps its map. */
static void run_another_loader(void)
{
	struct bpf_map ours = map;
	struct history history;

	if (load(&history) == 0) {
		learn(below(40));
		check(history_save(&history) == 0, "another loader cannot save");
	}
	history_free(&history);
	map = ours;
}

/* What is in the file now. */
static struct history read_theirs(void)
{
	struct bpf_map ours = map;
	struct history theirs;

	map.room = MOST_SLOTS;
	load(&theirs);
	map = ours;
	return theirs;
}

/* --- what must hold --------------------------------------------------------------------- */

static bool is_of_another_version(const struct text *text)
{
	return strncmp(text->bytes, FIRST_LINE, strlen(FIRST_LINE) - 2) == 0 &&
	       strncmp(text->bytes, FIRST_LINE, strlen(FIRST_LINE)) != 0;
}

static const struct history_entry *find(const struct history_list *list, uint64_t signature)
{
	for (size_t i = 0; i < list->count; i++)
		if (list->entries[i].signature == signature)
			return &list->entries[i];
	return NULL;
}

/* Every line of BEFORE that is young enough and a whole line of AFTER, too, is in the list. */
static void check_whole_lines(const struct text *before, const struct text *after,
			      const struct history_list *loaded)
{
	char line[300];

	for (const char *start = before->bytes, *end; (end = strchr(start, '\n')); start = end + 1) {
		size_t length = end + 1 - start;
		unsigned int its_day;

		if (sscanf(start, "%*s %*s %*s %*s %u", &its_day) != 1 || its_day + 90 < day ||
		    length + 1 >= sizeof(line))
			continue;
		line[0] = '\n';
		memcpy(line + 1, start, length);
		line[length + 1] = '\0';
		if (strstr(after->bytes, line))
			check(find(loaded, strtoull(start, NULL, 16)), "a whole line was not loaded");
	}
}

/* The file was saved as BEFORE. */
static void check_true(const struct text *before, const struct history_list *loaded)
{
	char line[128];

	for (size_t i = 0; i < loaded->count; i++) {
		const struct history_entry *e = &loaded->entries[i];

		snprintf(line, sizeof(line), "\n%016llx %llu %llu %u %u ",
			 (unsigned long long)e->signature, (unsigned long long)e->mean_ns,
			 (unsigned long long)e->spread_ns, e->count, e->day);
		check(strstr(before->bytes, line), "what was loaded was never saved");
	}
}

static void check_loaded(const struct history_list *loaded)
{
	for (size_t i = 0; i < loaded->count; i++) {
		const struct history_entry *entry = &loaded->entries[i];
		const struct value value = {entry->mean_ns, entry->spread_ns, entry->count};

		check(is_plausible(&value) && entry->signature && entry->day + 90 >= day &&
			      entry->day <= day + 1,
		      "what was loaded is not plausible");
		check(i == 0 || entry[-1].signature < entry->signature, "a signature twice");
	}
	check(loaded->count <= map.room && map.count == loaded->count, "the map has others");
}

static bool is_between(uint64_t value, uint64_t a, uint64_t b)
{
	/* Both parts of a mean are rounded down, by less than the sum of the counts each. */
	return value + 4000 >= (a < b ? a : b) && value <= (a > b ? a : b);
}

/* LEARNED: the map at the time of saving; THEIRS: what another loader had put into the file. */
static void check_saved(const struct bpf_map *learned, const struct history_list *base,
			const struct history_list *theirs, size_t saved)
{
	struct history again;

	map.room = MOST_SLOTS;
	check(load(&again) == 0 && again.loaded.damaged == 0, "what was saved is damaged");
	check_loaded(&again.loaded);
	check(again.loaded.count == saved && saved <= learned->room, "saved another number");
	for (uint32_t i = 0; i < learned->count; i++) {
		const struct value *ours = &learned->values[i];
		const struct history_entry *entry = find(&again.loaded, learned->keys[i]);
		const struct history_entry *other = find(theirs, learned->keys[i]);
		const struct history_entry *known = find(base, learned->keys[i]);

		if (ours->day != 0 || !is_plausible(ours) || (!entry && saved == learned->room))
			continue;
		check(entry && entry->day == day, "what was learned is not saved");
		if (!other || (known && known->mean_ns == other->mean_ns))
			check(entry->mean_ns == ours->mean_ns, "not what was learned");
		else if (!known || known->count < other->count)
			check(is_between(entry->mean_ns, ours->mean_ns, other->mean_ns) &&
				      (entry->mean_ns != ours->mean_ns ||
				       /* A thousandth of the difference is lost in the rounding. */
				       llabs((long long)(other->mean_ns - ours->mean_ns)) < 10000000),
			      "what another loader has learned is lost");
	}
	history_free(&again);
}

static void play_round(void)
{
	static struct text before, after, left;
	struct history history, theirs;
	struct bpf_map learned;
	int err;

	map.room = 1 + below(MOST_SLOTS);
	day += below(10) ? below(20) : 60 + below(60);
	/* Somebody's, or from the round before. */
	if (below(4) == 0)
		unlink(path);
	run_another_loader();

	read_text(&before);
	after = before;
	for (uint32_t i = below(6); i > 0; i--)
		damage(&after);
	write_text(&after);
	err = load(&history);
	check(err == (is_of_another_version(&after) ? -EINVAL : 0), "loaded or refused wrongly");
	if (!err) {
		check_loaded(&history.loaded);
		check_true(&before, &history.loaded);
		/* strstr() does not see what is behind a NUL. */
		if (strlen(after.bytes) == after.length && history.loaded.count < map.room)
			check_whole_lines(&before, &after, &history.loaded);
	}

	learn(below(40));
	if (below(2))
		run_another_loader();
	read_text(&after);
	for (uint32_t i = below(3); i > 0; i--)
		damage(&after);
	write_text(&after);
	theirs = read_theirs();
	learned = map;
	err = history_save(&history);
	check(err == (is_of_another_version(&after) ? -EINVAL : 0), "saved or refused wrongly");
	if (err) {
		read_text(&left);
		check(left.length == after.length && !memcmp(left.bytes, after.bytes, left.length),
		      "a file of another version was changed");
		unlink(path);
	} else {
		check_saved(&learned, &history.loaded, &theirs.loaded, history.saved);
	}
	history_free(&history);
	history_free(&theirs);
}

int main(int argc, char **argv)
{
	uint64_t rounds;

	if (argc != 4 || snprintf(path, sizeof(path), "%s/history", argv[3]) >= (int)sizeof(path)) {
		fprintf(stderr, "usage: damaged SEED ROUNDS FOLDER\n");
		return 2;
	}
	state = strtoull(argv[1], NULL, 10);
	rounds = strtoull(argv[2], NULL, 10);
	for (round_number = 1; round_number <= rounds; round_number++)
		play_round();
	return 0;
}
