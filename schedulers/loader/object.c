// SPDX-License-Identifier: GPL-2.0-only
#include "object.h"

#include "variables.h"

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* What the kernel uses when exit_dump_len is 0. */
#define DEFAULT_DUMP_BYTES 32768

static const char *name_of(const struct btf *btf, const struct btf_type *type)
{
	return btf__name_by_offset(btf, type->name_off);
}

/* The byte offset of MEMBER in TYPE, and its size; false when there is none. */
static bool find_member(const struct btf *btf, const struct btf_type *type, const char *member,
			unsigned int *offset, unsigned int *size)
{
	for (int i = 0; i < btf_vlen(type); i++) {
		const struct btf_member *m = btf_members(type) + i;

		if (strcmp(btf__name_by_offset(btf, m->name_off), member) != 0)
			continue;
		*offset = btf_member_bit_offset(type, i) / 8;
		*size = btf__resolve_size(btf, m->type);
		return true;
	}
	return false;
}

/* The bytes of MEMBER in the ops table as the object defines it; NULL when there is none. */
static void *ops_member(const struct scheduler *scheduler, const char *member, unsigned int wanted)
{
	const struct btf *btf = bpf_object__btf(scheduler->object);
	int id = btf__find_by_name_kind(btf, "sched_ext_ops", BTF_KIND_STRUCT);
	unsigned int offset, size;
	size_t length;
	char *data = bpf_map__initial_value(scheduler->ops, &length);

	if (id < 0 || !data || !find_member(btf, btf__type_by_id(btf, id), member, &offset, &size))
		return NULL;
	return size == wanted && offset + size <= length ? data + offset : NULL;
}

static int find_ops(struct scheduler *scheduler)
{
	struct bpf_map *map;
	int count = 0;

	bpf_object__for_each_map(map, scheduler->object) {
		if (bpf_map__type(map) != BPF_MAP_TYPE_STRUCT_OPS)
			continue;
		scheduler->ops = map;
		count++;
	}
	if (count == 1)
		return 0;
	if (count == 0)
		fprintf(stderr, "no scheduler in it: no table in section .struct_ops.link\n");
	else
		fprintf(stderr, "%d struct_ops tables in it, and only one can be loaded\n", count);
	return -EINVAL;
}

static void find_exit_info(struct scheduler *scheduler)
{
	const struct btf *btf = bpf_object__btf(scheduler->object);
	char dump_section[160];
	struct bpf_map *map = bpf_object__find_map_by_name(scheduler->object, ".data");
	struct variable var;

	for (int i = 0; map && variable_at(btf, ".data", i, &var); i++) {
		if (!is_inside(&var, bpf_map__value_size(map)) || !btf_is_struct(var.type) ||
		    strcmp(name_of(btf, var.type), "user_exit_info") != 0)
			continue;
		scheduler->uei_map = map;
		scheduler->uei_type = var.type;
		scheduler->uei_offset = var.offset;
		snprintf(dump_section, sizeof(dump_section), ".data.%s_dump", var.name);
		scheduler->dump_map = bpf_object__find_map_by_name(scheduler->object, dump_section);
	}
}

int scheduler_find(struct scheduler *scheduler, struct bpf_object *object)
{
	const char *name;
	int err;

	*scheduler = (struct scheduler){.object = object};
	err = find_ops(scheduler);
	if (err)
		return err;

	name = ops_member(scheduler, "name", sizeof(scheduler->name));
	if (!name || !name[0]) {
		fprintf(stderr, "its struct_ops table is no sched_ext scheduler with a name\n");
		return -EINVAL;
	}
	memcpy(scheduler->name, name, sizeof(scheduler->name) - 1);
	find_exit_info(scheduler);
	return 0;
}

int scheduler_set_timeout(struct scheduler *scheduler, unsigned int timeout_ms)
{
	uint32_t *field = ops_member(scheduler, "timeout_ms", sizeof(*field));

	if (!field) {
		fprintf(stderr, "its ops table has no timeout_ms\n");
		return -EINVAL;
	}
	if (*field == 0)
		*field = timeout_ms;
	return 0;
}

/*
 * libbpf 1.4 keeps pointers into the type information of a scheduler's ops, and
 * moves it all the first time that it changes it: when it opens an object that
 * calls kernel functions, and in others when a section gets another size.
 */
static bool may_resize_sections(const struct btf *btf)
{
	int id = btf__find_by_name_kind(btf, ".ksyms", BTF_KIND_DATASEC);
	const struct btf_type *section = id < 0 ? NULL : btf__type_by_id(btf, id);

	for (int i = 0; section && i < btf_vlen(section); i++) {
		const struct btf_type *symbol =
			btf__type_by_id(btf, btf_var_secinfos(section)[i].type);

		/* Opening puts a variable in the place of a function. */
		if (btf_is_func(symbol) ||
		    strcmp(name_of(btf, symbol), "dummy_ksym") == 0)
			return true;
	}
	return false;
}

void scheduler_make_room_for_dump(struct scheduler *scheduler)
{
	const struct btf *btf = bpf_object__btf(scheduler->object);
	struct bpf_map *map = bpf_object__find_map_by_name(scheduler->object, ".rodata");
	uint32_t *wanted = ops_member(scheduler, "exit_dump_len", sizeof(*wanted));
	uint32_t bytes = wanted && *wanted ? *wanted : DEFAULT_DUMP_BYTES;
	char length_name[160];
	struct variable var;
	size_t length;
	char *data;

	if (!may_resize_sections(btf))
		scheduler->dump_map = NULL;
	if (!scheduler->dump_map || !map)
		return;
	/* The section ".data.uei_dump" goes with the variable "uei_dump_len". */
	snprintf(length_name, sizeof(length_name), "%s_len",
		 bpf_map__name(scheduler->dump_map) + strlen(".data."));
	data = bpf_map__initial_value(map, &length);
	if (!data || !find_variable(btf, ".rodata", length_name, &var) ||
	    var.size != sizeof(bytes) || !is_inside(&var, length) ||
	    bpf_map__set_value_size(scheduler->dump_map, bytes)) {
		scheduler->dump_map = NULL;
		return;
	}
	memcpy(data + var.offset, &bytes, sizeof(bytes));
}

static void copy_text(const struct scheduler *scheduler, const char *uei, const char *member,
		      char *text, size_t text_size)
{
	unsigned int offset, size;

	if (find_member(bpf_object__btf(scheduler->object), scheduler->uei_type, member, &offset,
			&size))
		snprintf(text, text_size, "%.*s", (int)size, uei + offset);
}

static long long read_integer(const struct scheduler *scheduler, const char *uei,
			      const char *member)
{
	unsigned int offset, size;
	int32_t narrow = 0;
	int64_t wide = 0;

	if (!find_member(bpf_object__btf(scheduler->object), scheduler->uei_type, member, &offset,
			 &size))
		return 0;
	if (size == sizeof(wide)) {
		memcpy(&wide, uei + offset, sizeof(wide));
		return wide;
	}
	memcpy(&narrow, uei + offset, sizeof(narrow));
	return narrow;
}

struct exit_info scheduler_exit_info(const struct scheduler *scheduler, bool with_dump)
{
	struct exit_info info = {};
	char *data = scheduler->uei_map ? read_global_data(scheduler->uei_map) : NULL;
	const char *uei;

	if (!data)
		return info;
	uei = data + scheduler->uei_offset;
	info.known = true;
	info.kind = read_integer(scheduler, uei, "kind");
	info.exit_code = read_integer(scheduler, uei, "exit_code");
	copy_text(scheduler, uei, "reason", info.reason, sizeof(info.reason));
	copy_text(scheduler, uei, "msg", info.message, sizeof(info.message));
	free(data);

	if (with_dump && scheduler->dump_map)
		info.dump = read_global_data(scheduler->dump_map);
	if (info.dump && !info.dump[0]) {
		free(info.dump);
		info.dump = NULL;
	}
	return info;
}
