// SPDX-License-Identifier: GPL-2.0-only
#include "constants.h"

#include "variables.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SECTION ".rodata"
#define PREFIX	"SCX_"

/* Adds VAR when it is a constant without a value. */
static int note(struct constants *constants, const struct variable *var, const char *data)
{
	const char *name = var->name + (strncmp(var->name, "__", 2) ? 0 : 2);
	struct constant *grown;
	uint64_t value;

	if (!var->is_global || var->size != sizeof(value) || strncmp(name, PREFIX, strlen(PREFIX)))
		return 0;
	memcpy(&value, data + var->offset, sizeof(value));
	if (value)
		return 0;
	grown = reallocarray(constants->list, constants->count + 1, sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	grown[constants->count++] = (struct constant){.name = name, .offset = var->offset};
	constants->list = grown;
	return 0;
}

static void fill_one(struct constants *constants, const char *name, uint64_t value, char *data)
{
	for (int i = 0; i < constants->count; i++) {
		struct constant *constant = constants->list + i;

		if (strcmp(constant->name, name) != 0)
			continue;
		memcpy(data + constant->offset, &value, sizeof(value));
		constant->is_known = true;
	}
}

/* Takes over what one enum of the kernel has. */
static void fill_from(struct constants *constants, const struct btf *kernel,
		      const struct btf_type *type, char *data)
{
	for (int i = 0; i < btf_vlen(type); i++) {
		const struct btf_enum *narrow = btf_enum(type) + i;
		const struct btf_enum64 *wide = btf_enum64(type) + i;
		bool is_wide = btf_is_enum64(type);
		const char *name =
			btf__name_by_offset(kernel, is_wide ? wide->name_off : narrow->name_off);
		uint64_t value;

		/* Hardly any: there are thousands of enums. */
		if (strncmp(name, PREFIX, strlen(PREFIX)) != 0)
			continue;
		if (is_wide)
			value = btf_enum64_value(wide);
		else
			value = btf_kflag(type) ? (int64_t)narrow->val : (uint32_t)narrow->val;
		fill_one(constants, name, value, data);
	}
}

int constants_fill(struct constants *constants, const struct bpf_object *object)
{
	struct bpf_map *map = bpf_object__find_map_by_name(object, SECTION);
	size_t length;
	char *data = map ? bpf_map__initial_value(map, &length) : NULL;
	struct variable var;
	struct btf *kernel;
	int err = 0;

	*constants = (struct constants){};
	for (int i = 0; data && variable_at(bpf_object__btf(object), SECTION, i, &var); i++) {
		if (is_inside(&var, length))
			err = err ?: note(constants, &var, data);
	}
	if (err || !constants->count)
		return err;

	kernel = btf__load_vmlinux_btf();
	if (!kernel) {
		err = -errno;
		fprintf(stderr, "the kernel's types cannot be read: %s\n", strerror(errno));
		return err;
	}
	for (unsigned int id = 1; id < btf__type_cnt(kernel); id++) {
		const struct btf_type *type = btf__type_by_id(kernel, id);

		if (btf_is_any_enum(type))
			fill_from(constants, kernel, type, data);
	}
	btf__free(kernel);
	return 0;
}

void constants_free(struct constants *constants)
{
	free(constants->list);
	*constants = (struct constants){};
}
