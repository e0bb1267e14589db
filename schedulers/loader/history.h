/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a scheduler has learned, kept in a file from one load to the next: the
 * contents of its map `history`, whose values are `struct job_history` of
 * ../include/jobs.bpf.h. Functions that fail say why on stderr.
 *
 * The file is text: a line with the format's name, then one for each signature,
 *
 *   SIGNATURE MEAN_NS SPREAD_NS COUNT DAY CHECKSUM
 *
 * in decimal, the signature and the checksum of what stands before it in
 * hexadecimal. A line that is damaged is left out. Two loaders may save to one
 * file: what both have learned of a signature is combined.
 */
#pragma once

#include <bpf/libbpf.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct history_entry {
	uint64_t signature;
	uint64_t mean_ns;
	uint64_t spread_ns;
	uint32_t count;
	uint32_t day; /* of the last use, since 1970; in the map 0 means: in this session */
};

struct history_list {
	struct history_entry *entries; /* by signature */
	size_t count;
	size_t damaged; /* lines left out */
};

struct history {
	struct bpf_map *map; /* NULL: the scheduler keeps none */
	const char *path; /* NULL: not to be kept */
	struct history_list loaded;
	size_t saved;
};

/* Finds the map of OBJECT; an error when a PATH is given and there is none. */
int history_find(struct history *history, const struct bpf_object *object, const char *path);

/* After load: fills the map from the file. No file, or a damaged one, is no error. */
int history_load(struct history *history);

/* Combines the map with the file as it is now, and replaces that at one instant. */
int history_save(struct history *history);

void history_free(struct history *history);
