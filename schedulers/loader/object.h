/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Looks into a BPF object by its own type information: the scheduler in it, and
 * where it leaves its exit info. Functions that fail say why on stderr and
 * return a negative errno.
 */
#pragma once

#include <bpf/libbpf.h>
#include <stdbool.h>

struct scheduler {
	struct bpf_object *object;
	struct bpf_map *ops;
	char name[128];
	/* Where struct user_exit_info is; NULL when the object has none. */
	struct bpf_map *uei_map;
	const struct btf_type *uei_type;
	unsigned int uei_offset;
	struct bpf_map *dump_map; /* NULL when there is no dump */
};

struct exit_info {
	bool known; /* false: the object does not record it */
	int kind; /* enum scx_exit_kind; 0 while the scheduler runs */
	long long exit_code;
	char reason[128];
	char message[1024];
	char *dump; /* allocated; NULL when there is none */
};

/* Finds the one scheduler of OBJECT. */
int scheduler_find(struct scheduler *scheduler, struct bpf_object *object);

/* The rest only before load. */
int scheduler_set_timeout(struct scheduler *scheduler, unsigned int timeout_ms);
void scheduler_make_room_for_dump(struct scheduler *scheduler);

/* Reads the exit info of a loaded scheduler as it is now. */
struct exit_info scheduler_exit_info(const struct scheduler *scheduler, bool with_dump);
