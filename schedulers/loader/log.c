// SPDX-License-Identifier: GPL-2.0-only
#include "log.h"

#include <bpf/libbpf.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static FILE *stream;
static char *text;
static size_t length;

static int keep(enum libbpf_print_level level, const char *format, va_list args)
{
	if (level == LIBBPF_DEBUG || !stream)
		return 0;
	return vfprintf(stream, format, args);
}

void log_start(void)
{
	stream = open_memstream(&text, &length);
	libbpf_set_print(keep);
}

void log_show(void)
{
	if (!stream)
		return;
	fflush(stream);
	fwrite(text, 1, length, stderr);
}

void log_end(void)
{
	if (stream)
		fclose(stream);
	stream = NULL;
	free(text);
	text = NULL;
}

const char *error_text(int err)
{
	static char message[128];

	libbpf_strerror(err, message, sizeof(message));
	return message;
}
