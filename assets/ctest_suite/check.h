// SPDX-License-Identifier: Apache-2.0
/* What the test programs share: a check that counts, random numbers, the digest of the work. */
#ifndef CHECK_H
#define CHECK_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

struct test {
	uint32_t random;
	uint64_t checks;
	uint64_t digest;
};

#define CHECK(test, condition) \
	check((test), (condition), #condition, __FILE__, __LINE__)

static inline void check(struct test *test, int holds, const char *text, const char *file, int line)
{
	if (!holds) {
		fprintf(stderr, "%s:%d: failed: %s\n", file, line, text);
		exit(1);
	}
	test->checks++;
}

/* xorshift32: the same numbers in every run. */
static inline uint32_t next_random(struct test *test)
{
	uint32_t x = test->random;

	x ^= x << 13;
	x ^= x >> 17;
	x ^= x << 5;
	return test->random = x;
}

/* FNV-1a, a word at a time. */
static inline void fold(struct test *test, uint32_t word)
{
	test->digest = (test->digest ^ word) * 0x100000001b3ULL;
}

static inline struct test test_begin(void)
{
	return (struct test){ .random = 2463534242U, .digest = 0xcbf29ce484222325ULL };
}

static inline unsigned long rounds_argument(int argc, char **argv)
{
	char *end = NULL;
	long rounds = argc == 2 ? strtol(argv[1], &end, 10) : 0;

	if (rounds < 1 || *end != '\0') {
		fprintf(stderr, "usage: %s ROUNDS\n", argv[0]);
		exit(2);
	}
	return (unsigned long)rounds;
}

static inline int test_end(const struct test *test, const char *name, unsigned long rounds)
{
	printf("%s: %lu rounds, %llu checks, digest %016llx\n", name, rounds,
	       (unsigned long long)test->checks, (unsigned long long)test->digest);
	return fflush(stdout) == 0 ? 0 : 1;
}

#endif
