/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Objects built with the upstream headers have the kernel's constants as weak
 * variables, such as __SCX_DSQ_LOCAL, which are 0 until a loader fills them in.
 */
#pragma once

#include <bpf/libbpf.h>
#include <stdbool.h>

struct constant {
	const char *name; /* the kernel's, SCX_...; lives as long as the object */
	unsigned int offset;
	bool is_known; /* false: the kernel has none of that name, and it stays 0 */
};

struct constants {
	struct constant *list;
	int count;
};

/* Only before load. Looks into the kernel's types only when the object asks for it. */
int constants_fill(struct constants *constants, const struct bpf_object *object);
void constants_free(struct constants *constants);
