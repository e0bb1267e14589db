// SPDX-License-Identifier: GPL-2.0-only
/*
 * video_transcode - the feature film first, then the previews.
 *
 * For the case video_transcode: 39 processes that encode a preview of a few
 * frames each, and one that encodes a feature film, released at one instant.
 * encode_feature is by far the longest, so it gets a CPU as soon as its program
 * is known and keeps it until it ends; the others share the rest. How, and
 * within which limits, is in long_first.bpf.h.
 */
#include "by_name.bpf.h"

/* The scheduler, the short tasks' program, the long one's. */
LONG_FIRST_BY_NAME(video_transcode, "encode_preview", "encode_feature");
