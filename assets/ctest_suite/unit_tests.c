// SPDX-License-Identifier: Apache-2.0
/* The fast tests: every function of the map by itself, on small maps. usage: unit_tests ROUNDS */
#include "check.h"
#include "ordered_map.h"

#define SMALL 64

static void test_put_and_get(struct test *test)
{
	struct ordered_map *map = map_new();
	uint32_t value = 0;

	for (uint32_t i = 0; i < SMALL; i++) {
		uint32_t key = next_random(test);

		map_put(map, key, i);
		CHECK(test, map_get(map, key, &value) && value == i);
		CHECK(test, !map_put(map, key, i + 1));
		CHECK(test, map_get(map, key, &value) && value == i + 1);
		fold(test, key + value);
	}
	map_free(map);
}

static void test_remove(struct test *test)
{
	struct ordered_map *map = map_new();
	uint32_t value;

	for (uint32_t i = 0; i < SMALL; i++)
		CHECK(test, map_put(map, i * 7, i));
	for (uint32_t i = 0; i < SMALL; i += 2)
		CHECK(test, map_remove(map, i * 7) && !map_remove(map, i * 7));
	for (uint32_t i = 0; i < SMALL; i++)
		CHECK(test, map_get(map, i * 7, &value) == (i % 2 == 1));
	CHECK(test, map_size(map) == SMALL / 2);
	fold(test, (uint32_t)map_size(map));
	map_free(map);
}

static void test_order(struct test *test)
{
	struct ordered_map *map = map_new();
	uint32_t key, value, from = 0;
	size_t seen = 0;

	for (uint32_t i = 0; i < SMALL; i++)
		map_put(map, next_random(test) >> 1, i);
	while (map_ceiling(map, from, &key, &value)) {
		CHECK(test, key >= from);
		from = key + 1;
		seen++;
		fold(test, key ^ value);
	}
	CHECK(test, seen == map_size(map));
	map_free(map);
}

int main(int argc, char **argv)
{
	unsigned long rounds = rounds_argument(argc, argv);
	struct test test = test_begin();

	for (unsigned long round = 0; round < rounds; round++) {
		test_put_and_get(&test);
		test_remove(&test);
		test_order(&test);
	}
	return test_end(&test, "unit_tests", rounds);
}
