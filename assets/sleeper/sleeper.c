// SPDX-License-Identifier: Apache-2.0
/* Sleeps for 100 us at a time, for SECONDS in all. usage: sleeper SECONDS */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double now_s(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec + now.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
	const struct timespec nap = {.tv_nsec = 100000};
	double end_s = now_s() + (argc > 1 ? atof(argv[1]) : 0);
	unsigned long naps = 0;

	while (now_s() < end_s) {
		clock_nanosleep(CLOCK_MONOTONIC, 0, &nap, NULL);
		naps++;
	}
	printf("%lu naps\n", naps);
	return naps ? 0 : 1;
}
