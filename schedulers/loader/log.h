/* SPDX-License-Identifier: GPL-2.0-only */
/* libbpf's log with the verifier's: kept, and shown only when something fails. */
#pragma once

void log_start(void);
void log_show(void);
void log_end(void);

/* libbpf has error numbers of its own, which strerror() does not know. */
const char *error_text(int err);
