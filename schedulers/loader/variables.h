/* SPDX-License-Identifier: GPL-2.0-only */
/* The global variables of a BPF object, by its own type information. */
#pragma once

#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <stdbool.h>
#include <stddef.h>

struct variable {
	const char *name;
	int id; /* its BTF type, of kind VAR */
	const struct btf_type *declared; /* with typedefs and modifiers */
	const struct btf_type *type; /* without */
	bool is_global;
	unsigned int offset;
	unsigned int size;
};

/* The variable that is number INDEX in SECTION; false when there are no more. */
bool variable_at(const struct btf *btf, const char *section, int index, struct variable *var);

/* True when it lies in a section of LENGTH bytes; a damaged object may say otherwise. */
bool is_inside(const struct variable *var, size_t length);

bool find_variable(const struct btf *btf, const char *section, const char *name,
		   struct variable *found);

/* The one value of a global data map, allocated, with a NUL behind it; NULL when unreadable. */
char *read_global_data(const struct bpf_map *map);
