// SPDX-License-Identifier: Apache-2.0
/*
 * The slow test: a session store under a mixed load, with one map for the
 * sessions and one for their expiry, checked against each other.
 * usage: integration ROUNDS
 */
#include "check.h"
#include "ordered_map.h"

#define SESSIONS 512
#define REQUESTS_PER_ROUND 64

struct store {
	struct ordered_map *sessions; /* session → last request */
	struct ordered_map *expiry;   /* request number → session */
	uint32_t clock;
};

static void touch(struct test *test, struct store *store, uint32_t session)
{
	uint32_t last;

	if (map_get(store->sessions, session, &last))
		CHECK(test, map_remove(store->expiry, last));
	store->clock++;
	map_put(store->sessions, session, store->clock);
	CHECK(test, map_put(store->expiry, store->clock, session));
}

static void expire_oldest(struct test *test, struct store *store)
{
	uint32_t at, session, last;

	CHECK(test, map_ceiling(store->expiry, 0, &at, &session));
	CHECK(test, map_get(store->sessions, session, &last) && last == at);
	CHECK(test, map_remove(store->expiry, at) && map_remove(store->sessions, session));
	fold(test, session ^ at);
}

int main(int argc, char **argv)
{
	unsigned long rounds = rounds_argument(argc, argv);
	struct test test = test_begin();
	struct store store = { .sessions = map_new(), .expiry = map_new() };

	for (unsigned long round = 0; round < rounds; round++) {
		for (int request = 0; request < REQUESTS_PER_ROUND; request++)
			touch(&test, &store, next_random(&test) % (4 * SESSIONS));
		while (map_size(store.sessions) > SESSIONS)
			expire_oldest(&test, &store);
		CHECK(&test, map_size(store.sessions) == map_size(store.expiry));
	}
	map_free(store.sessions);
	map_free(store.expiry);
	return test_end(&test, "integration", rounds);
}
