// SPDX-License-Identifier: GPL-2.0-only
#include "options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool usage(void)
{
	fprintf(stderr, "usage: loader [OPTIONS] OBJECT [NAME=VALUE]...\n"
			"  NAME=VALUE       give a const volatile integer of the object a value\n"
			"  --list           say what OBJECT is and what can be set; load nothing\n"
			"  --watch-stdin    also end when standard input does\n"
			"  --history FILE   keep in FILE what the scheduler learns\n"
			"  --callback-times have the kernel time the callbacks, and say how long they took\n"
			"  --timeout-ms N   the watchdog's limit, unless the object sets one\n"
			"loader: wrong usage\n");
	return false;
}

static bool parse_milliseconds(const char *text, unsigned int *result)
{
	char *end;
	unsigned long value = strtoul(text, &end, 10);

	if (text[0] < '0' || text[0] > '9' || *end || value == 0 || value > 1000 * 1000)
		return false;
	*result = value;
	return true;
}

bool options_parse(struct options *options, int argc, char **argv)
{
	static const struct option known[] = {
		{"history", required_argument, NULL, 'h'},
		{"callback-times", no_argument, NULL, 'c'},
		{"list", no_argument, NULL, 'l'},
		{"watch-stdin", no_argument, NULL, 'w'},
		{"timeout-ms", required_argument, NULL, 't'},
		{},
	};
	int option;

	while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
		if (option == 'h')
			options->history = optarg;
		else if (option == 'c')
			options->callback_times = true;
		else if (option == 'l')
			options->list = true;
		else if (option == 'w')
			options->watch_stdin = true;
		else if (option != 't' || !parse_milliseconds(optarg, &options->timeout_ms))
			return usage();
	}
	if (optind == argc)
		return usage();
	options->object = argv[optind];
	options->settings = argv + optind + 1;
	options->nr_settings = argc - optind - 1;
	for (int i = 0; i < options->nr_settings; i++)
		if (!strchr(options->settings[i], '='))
			return usage();
	return true;
}
