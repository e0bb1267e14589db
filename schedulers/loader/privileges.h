/* SPDX-License-Identifier: GPL-2.0-only */
/* What the loader may do once the kernel runs the scheduler. */
#pragma once

#include <stdbool.h>

/*
 * Drops, for good, all capabilities but those that it takes to read the
 * scheduler's maps and, where it keeps a history, to save that where the user
 * wants it. 0, or a negative errno.
 */
int privileges_drop(bool keeps_history);
