/* SPDX-License-Identifier: GPL-2.0-only */
/* Prints JSON text; enough for one line of flat objects. */
#pragma once

#include <stdio.h>

/* Prints TEXT as a JSON string; what is not UTF-8 in it becomes U+FFFD. */
void json_string(FILE *out, const char *text);
