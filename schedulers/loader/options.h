/* SPDX-License-Identifier: GPL-2.0-only */
#pragma once

#include <stdbool.h>

struct options {
	const char *object;
	char **settings; /* NAME=VALUE each */
	int nr_settings;
	const char *history; /* NULL: what is learned is forgotten */
	bool list;
	bool watch_stdin;
	bool callback_times;
	unsigned int timeout_ms; /* 0: leave it as it is */
};

/* False when the command line is wrong; it has then said how it should be. */
bool options_parse(struct options *options, int argc, char **argv);
