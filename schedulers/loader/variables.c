// SPDX-License-Identifier: GPL-2.0-only
#include "variables.h"

#include <bpf/bpf.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

bool variable_at(const struct btf *btf, const char *section, int index, struct variable *var)
{
	int id = btf__find_by_name_kind(btf, section, BTF_KIND_DATASEC);
	const struct btf_type *datasec = id < 0 ? NULL : btf__type_by_id(btf, id);
	const struct btf_var_secinfo *info;
	const struct btf_type *type;

	if (!datasec || index >= btf_vlen(datasec))
		return false;
	info = btf_var_secinfos(datasec) + index;
	type = btf__type_by_id(btf, info->type);
	/* Types that make no sense are the end of them: the kernel will not take the object. */
	if (!type || !btf_is_var(type) || btf__resolve_size(btf, type->type) != info->size)
		return false;
	*var = (struct variable){
		.name = btf__name_by_offset(btf, type->name_off),
		.id = info->type,
		.declared = btf__type_by_id(btf, type->type),
		.type = btf__type_by_id(btf, btf__resolve_type(btf, type->type)),
		.is_global = btf_var(type)->linkage != BTF_VAR_STATIC,
		.offset = info->offset,
		.size = info->size,
	};
	return true;
}

bool is_inside(const struct variable *var, size_t length)
{
	return var->size <= length && var->offset <= length - var->size;
}

bool find_variable(const struct btf *btf, const char *section, const char *name,
		   struct variable *found)
{
	for (int i = 0; variable_at(btf, section, i, found); i++)
		if (strcmp(found->name, name) == 0)
			return true;
	return false;
}

char *read_global_data(const struct bpf_map *map)
{
	uint32_t size = bpf_map__value_size(map), key = 0;
	char *value = calloc(1, size + 1);

	if (value && bpf_map_lookup_elem(bpf_map__fd(map), &key, value)) {
		free(value);
		return NULL;
	}
	return value;
}
