/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What can be set in a BPF object before it is loaded: its global const
 * volatile integers. Functions that fail say why on stderr.
 */
#pragma once

#include "variables.h"

#include <bpf/libbpf.h>
#include <stdio.h>

/* Holds every s64 and every u64. */
typedef __int128 integer;

struct tunable {
	struct variable var;
	const char *type; /* its name in the source */
	integer least, most;
	integer initial, value;
	bool is_set;
};

struct tunables {
	struct bpf_map *map; /* NULL when there are none */
	struct tunable *list;
	int count;
};

/* Finds the tunables of OBJECT; a negative errno when they make no sense. */
int tunables_find(struct tunables *tunables, const struct bpf_object *object);
void tunables_free(struct tunables *tunables);

/* Only before load: "NAME=VALUE". What does not fit is an error that lists what there is. */
int tunables_set(struct tunables *tunables, const char *assignment);

/* After load: the values become what the kernel holds. */
int tunables_read_back(struct tunables *tunables);

/* A JSON object a line, for each tunable. */
void tunables_print(const struct tunables *tunables, FILE *out);

/* The settings as a JSON list of "NAME=VALUE". */
void tunables_print_settings(const struct tunables *tunables, FILE *out);
