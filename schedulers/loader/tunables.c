// SPDX-License-Identifier: GPL-2.0-only
#include "tunables.h"

#include "json.h"

#include <ctype.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define SECTION	  ".rodata"
#define RANGE_TAG "range:"

static const char *name_of(const struct btf *btf, const struct btf_type *type)
{
	return btf__name_by_offset(btf, type->name_off);
}

static bool starts_with(const char *text, const char *start)
{
	return strncmp(text, start, strlen(start)) == 0;
}

static bool ends_with(const char *text, const char *end)
{
	size_t length = strlen(text), wanted = strlen(end);

	return length >= wanted && strcmp(text + length - wanted, end) == 0;
}

/* --- integers as text ---------------------------------------------------------- */

/* Decimal or 0x, all of LENGTH bytes. */
static bool parse_integer(const char *text, size_t length, integer *value)
{
	char copy[32];
	char *digits, *end;
	int base = 10;

	if (length == 0 || length >= sizeof(copy))
		return false;
	memcpy(copy, text, length);
	copy[length] = '\0';
	digits = copy + (copy[0] == '-');
	if (digits[0] == '0' && digits[1] == 'x' && isxdigit((unsigned char)digits[2]))
		base = 16;
	else if (!isdigit((unsigned char)digits[0]))
		return false;
	errno = 0;
	*value = strtoull(digits, &end, base);
	if (copy[0] == '-')
		*value = -*value;
	return !errno && !*end;
}

static void print_integer(FILE *out, integer value)
{
	fprintf(out, value < 0 ? "-%llu" : "%llu",
		(unsigned long long)(value < 0 ? -value : value));
}

/* --- types ------------------------------------------------------------------------ */

static bool is_bool(const struct btf_type *type)
{
	return btf_is_int(type) && (btf_int_encoding(type) & BTF_INT_BOOL);
}

static bool is_signed(const struct btf_type *type)
{
	return btf_is_int(type) ? (btf_int_encoding(type) & BTF_INT_SIGNED) : btf_kflag(type);
}

/* Without "volatile" the compiler has already used the value. */
static bool is_volatile(const struct btf *btf, const struct btf_type *type)
{
	while (btf_is_const(type))
		type = btf__type_by_id(btf, type->type);
	return btf_is_volatile(type);
}

static const char *type_name(const struct btf *btf, const struct btf_type *type)
{
	while (btf_is_const(type) || btf_is_volatile(type))
		type = btf__type_by_id(btf, type->type);
	return name_of(btf, type);
}

static bool is_tunable(const struct btf *btf, const struct variable *var)
{
	if (!var->is_global || !is_volatile(btf, var->declared))
		return false;
	if ((!btf_is_int(var->type) && !btf_is_any_enum(var->type)) || var->size > sizeof(uint64_t))
		return false;
	/* The kernel's constants, and the room for the dump, are for the loader to fill in. */
	return !starts_with(var->name, "SCX_") && !starts_with(var->name, "__") &&
	       !ends_with(var->name, "_dump_len");
}

/* --- their place in the section's bytes -------------------------------------------- */

/* Little-endian, as BPF is here: the low bytes come first. */
static integer value_in(const struct tunable *tunable, const char *data)
{
	int unused_bits = 64 - 8 * (int)tunable->var.size;
	uint64_t value = 0;

	memcpy(&value, data + tunable->var.offset, tunable->var.size);
	if (is_signed(tunable->var.type))
		return (int64_t)(value << unused_bits) >> unused_bits;
	return value;
}

static void limit_to_type(struct tunable *tunable)
{
	int bits = is_bool(tunable->var.type) ? 1 : 8 * (int)tunable->var.size;

	tunable->least = is_signed(tunable->var.type) ? -((integer)1 << (bits - 1)) : 0;
	tunable->most = tunable->least + ((integer)1 << bits) - 1;
}

/* TUNABLE_RANGE() leaves a declaration tag "range:LEAST..MOST". */
static int limit_to_declared(struct tunable *tunable, const struct btf *btf)
{
	for (unsigned int id = 1; id < btf__type_cnt(btf); id++) {
		const struct btf_type *tag = btf__type_by_id(btf, id);
		const char *text, *dots;

		if (!btf_is_decl_tag(tag) || (int)tag->type != tunable->var.id ||
		    !starts_with(name_of(btf, tag), RANGE_TAG))
			continue;
		text = name_of(btf, tag) + strlen(RANGE_TAG);
		dots = strstr(text, "..");
		if (dots && parse_integer(text, dots - text, &tunable->least) &&
		    parse_integer(dots + 2, strlen(dots + 2), &tunable->most))
			return 0;
		fprintf(stderr, "the range of %s is \"%s\", which is no LEAST..MOST of numbers\n",
			tunable->var.name, text);
		return -EINVAL;
	}
	return 0;
}

/* --- all of them --------------------------------------------------------------------- */

int tunables_find(struct tunables *tunables, const struct bpf_object *object)
{
	const struct btf *btf = bpf_object__btf(object);
	const char *data;
	struct variable var;
	size_t length;

	*tunables = (struct tunables){.map = bpf_object__find_map_by_name(object, SECTION)};
	data = tunables->map ? bpf_map__initial_value(tunables->map, &length) : NULL;
	for (int i = 0; data && variable_at(btf, SECTION, i, &var); i++) {
		struct tunable *grown, *tunable;
		int err;

		if (!is_tunable(btf, &var) || !is_inside(&var, length))
			continue;
		grown = reallocarray(tunables->list, tunables->count + 1, sizeof(*grown));
		if (!grown)
			return -ENOMEM;
		tunables->list = grown;
		tunable = grown + tunables->count++;
		*tunable = (struct tunable){.var = var, .type = type_name(btf, var.declared)};
		tunable->initial = tunable->value = value_in(tunable, data);
		limit_to_type(tunable);
		err = limit_to_declared(tunable, btf);
		if (err)
			return err;
	}
	return 0;
}

void tunables_free(struct tunables *tunables)
{
	free(tunables->list);
	*tunables = (struct tunables){};
}

static void list_for_people(const struct tunables *tunables)
{
	fputs(tunables->count ? "There are:\n" : "It has no tunables.\n", stderr);
	for (int i = 0; i < tunables->count; i++) {
		const struct tunable *tunable = tunables->list + i;

		fprintf(stderr, "  %s (%s, default ", tunable->var.name, tunable->type);
		print_integer(stderr, tunable->initial);
		fputs(", ", stderr);
		print_integer(stderr, tunable->least);
		fputs(" to ", stderr);
		print_integer(stderr, tunable->most);
		fputs(")\n", stderr);
	}
}

static bool parse_value(const struct tunable *tunable, const char *text, integer *value)
{
	if (is_bool(tunable->var.type) && (!strcmp(text, "true") || !strcmp(text, "false"))) {
		*value = text[0] == 't';
		return true;
	}
	return parse_integer(text, strlen(text), value);
}

/* Returns what is wrong, NULL when it is set. */
static const char *set(struct tunable *tunable, const char *text, char *data)
{
	integer value;

	if (!parse_value(tunable, text, &value))
		return "no whole number";
	if (value < tunable->least || value > tunable->most)
		return "out of range";
	tunable->value = value;
	tunable->is_set = true;
	memcpy(data + tunable->var.offset, &value, tunable->var.size);
	return NULL;
}

int tunables_set(struct tunables *tunables, const char *assignment)
{
	int name_length = strcspn(assignment, "=");
	const char *problem = "no such tunable";
	size_t length;

	for (int i = 0; i < tunables->count; i++) {
		struct tunable *tunable = tunables->list + i;

		if ((int)strlen(tunable->var.name) == name_length &&
		    starts_with(assignment, tunable->var.name))
			problem = set(tunable, assignment + name_length + 1,
				      bpf_map__initial_value(tunables->map, &length));
	}
	if (!problem)
		return 0;
	fprintf(stderr, "%s: %s. ", assignment, problem);
	list_for_people(tunables);
	return -EINVAL;
}

int tunables_read_back(struct tunables *tunables)
{
	char *data;

	if (!tunables->count)
		return 0;
	data = read_global_data(tunables->map);
	if (!data)
		return -errno;
	for (int i = 0; i < tunables->count; i++)
		tunables->list[i].value = value_in(tunables->list + i, data);
	free(data);
	return 0;
}

/* --- answers ----------------------------------------------------------------------------- */

void tunables_print(const struct tunables *tunables, FILE *out)
{
	for (int i = 0; i < tunables->count; i++) {
		const struct tunable *tunable = tunables->list + i;
		const struct {
			const char *key;
			integer value;
		} numbers[] = {
			{"default", tunable->initial},
			{"value", tunable->value},
			{"min", tunable->least},
			{"max", tunable->most},
		};

		fputs("{\"event\":\"tunable\",\"name\":", out);
		json_string(out, tunable->var.name);
		fputs(",\"type\":", out);
		json_string(out, tunable->type);
		for (size_t n = 0; n < sizeof(numbers) / sizeof(numbers[0]); n++) {
			fprintf(out, ",\"%s\":", numbers[n].key);
			print_integer(out, numbers[n].value);
		}
		fputs("}\n", out);
	}
}

void tunables_print_settings(const struct tunables *tunables, FILE *out)
{
	const char *comma = "";

	fputc('[', out);
	for (int i = 0; i < tunables->count; i++) {
		if (!tunables->list[i].is_set)
			continue;
		/* The name is an identifier: nothing in it needs escaping. */
		fprintf(out, "%s\"%s=", comma, tunables->list[i].var.name);
		print_integer(out, tunables->list[i].value);
		fputc('"', out);
		comma = ",";
	}
	fputc(']', out);
}
