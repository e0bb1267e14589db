/* SPDX-License-Identifier: GPL-2.0-only */
/* How often and for how long the kernel ran each program of an object, by its own statistics. */
#pragma once

#include <bpf/libbpf.h>
#include <stdio.h>

/* From here on the kernel counts, as long as the descriptor that is returned is open; or a
 * negative errno. */
int callback_times_start(void);

/* Prints a JSON list of {"name":S,"runs":N,"time_ns":N} of the loaded programs of OBJECT. */
void callback_times_print(const struct bpf_object *object, FILE *out);
