// SPDX-License-Identifier: GPL-2.0-only
/*
 * file_checksum - the disk image first, then the parts.
 *
 * For the case file_checksum: 39 processes that hash a part of a file each, and
 * one that hashes a disk image, released at one instant. checksum_image is by
 * far the longest, so it gets a CPU as soon as its program is known and keeps
 * it until it ends; the others share the rest. How, and within which limits, is
 * in long_first.bpf.h.
 */
#include "by_name.bpf.h"

/* The scheduler, the short tasks' program, the long one's. */
LONG_FIRST_BY_NAME(file_checksum, "checksum_part", "checksum_image");
