// SPDX-License-Identifier: Apache-2.0
/* A treap: a search tree by key, a heap by a hash of the key. */
#include "ordered_map.h"

#include <stdio.h>
#include <stdlib.h>

struct node {
	uint32_t key, value, priority;
	struct node *left, *right;
};

struct ordered_map {
	struct node *root;
	size_t size;
};

static uint32_t hash(uint32_t x)
{
	x = (x ^ (x >> 16)) * 0x7feb352dU;
	x = (x ^ (x >> 15)) * 0x846ca68bU;
	return x ^ (x >> 16);
}

static void *allocate(size_t size)
{
	void *memory = calloc(1, size);

	if (!memory) {
		perror("ordered_map");
		abort();
	}
	return memory;
}

/* Splits into keys below `key` and the others. */
static void split(struct node *tree, uint32_t key, struct node **below, struct node **others)
{
	if (!tree) {
		*below = *others = NULL;
	} else if (tree->key < key) {
		*below = tree;
		split(tree->right, key, &tree->right, others);
	} else {
		*others = tree;
		split(tree->left, key, below, &tree->left);
	}
}

static struct node *merge(struct node *left, struct node *right)
{
	if (!left || !right)
		return left ? left : right;
	if (left->priority > right->priority) {
		left->right = merge(left->right, right);
		return left;
	}
	right->left = merge(left, right->left);
	return right;
}

static struct node *find(const struct ordered_map *map, uint32_t key)
{
	struct node *node = map->root;

	while (node && node->key != key)
		node = key < node->key ? node->left : node->right;
	return node;
}

struct ordered_map *map_new(void)
{
	return allocate(sizeof(struct ordered_map));
}

static void free_tree(struct node *tree)
{
	if (!tree)
		return;
	free_tree(tree->left);
	free_tree(tree->right);
	free(tree);
}

void map_free(struct ordered_map *map)
{
	free_tree(map->root);
	free(map);
}

size_t map_size(const struct ordered_map *map)
{
	return map->size;
}

bool map_put(struct ordered_map *map, uint32_t key, uint32_t value)
{
	struct node *node = find(map, key), *below, *others;

	if (node) {
		node->value = value;
		return false;
	}
	node = allocate(sizeof(*node));
	node->key = key;
	node->value = value;
	node->priority = hash(key);
	split(map->root, key, &below, &others);
	map->root = merge(merge(below, node), others);
	map->size++;
	return true;
}

bool map_get(const struct ordered_map *map, uint32_t key, uint32_t *value)
{
	const struct node *node = find(map, key);

	if (node)
		*value = node->value;
	return node != NULL;
}

bool map_remove(struct ordered_map *map, uint32_t key)
{
	struct node **link = &map->root, *node;

	while (*link && (*link)->key != key)
		link = key < (*link)->key ? &(*link)->left : &(*link)->right;
	node = *link;
	if (!node)
		return false;
	*link = merge(node->left, node->right);
	free(node);
	map->size--;
	return true;
}

bool map_ceiling(const struct ordered_map *map, uint32_t from, uint32_t *key, uint32_t *value)
{
	const struct node *node = map->root, *best = NULL;

	while (node) {
		if (node->key >= from) {
			best = node;
			node = node->left;
		} else {
			node = node->right;
		}
	}
	if (best) {
		*key = best->key;
		*value = best->value;
	}
	return best != NULL;
}
