// SPDX-License-Identifier: Apache-2.0
/* An ordered map from 32-bit keys to 32-bit values: the library under test. */
#ifndef ORDERED_MAP_H
#define ORDERED_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ordered_map;

struct ordered_map *map_new(void);
void map_free(struct ordered_map *map);
size_t map_size(const struct ordered_map *map);

/* True when the key is new; an old key gets the new value. */
bool map_put(struct ordered_map *map, uint32_t key, uint32_t value);
bool map_get(const struct ordered_map *map, uint32_t key, uint32_t *value);
bool map_remove(struct ordered_map *map, uint32_t key);

/* The smallest key at or above `from`; false where there is none. */
bool map_ceiling(const struct ordered_map *map, uint32_t from, uint32_t *key, uint32_t *value);

#endif
