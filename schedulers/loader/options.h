/* SPDX-License-Identifier: GPL-2.0-only */
#pragma once

#include <stdbool.h>

struct options {
	const char *object;
	char **settings; /* NAME=VALUE each */
	int nr_settings;
	bool list;
	bool watch_stdin;
	unsigned int timeout_ms; /* 0: leave it as it is */
};

/* False when the command line is wrong; it has then said how it should be. */
bool options_parse(struct options *options, int argc, char **argv);
