// SPDX-License-Identifier: GPL-2.0-only
#include "callback_times.h"

#include "json.h"
#include "log.h"

#include <bpf/bpf.h>

int callback_times_start(void)
{
	int fd = bpf_enable_stats(BPF_STATS_RUN_TIME);

	if (fd < 0)
		fprintf(stderr, "loader: the kernel does not time the callbacks: %s\n",
			error_text(-fd));
	return fd;
}

void callback_times_print(const struct bpf_object *object, FILE *out)
{
	struct bpf_program *program;
	const char *comma = "";

	fputc('[', out);
	bpf_object__for_each_program(program, object) {
		struct bpf_prog_info info = {};
		__u32 size = sizeof(info);
		int fd = bpf_program__fd(program);

		if (fd < 0 || bpf_prog_get_info_by_fd(fd, &info, &size))
			continue;
		fprintf(out, "%s{\"name\":", comma);
		json_string(out, bpf_program__name(program));
		fprintf(out, ",\"runs\":%llu,\"time_ns\":%llu}", info.run_cnt, info.run_time_ns);
		comma = ",";
	}
	fputc(']', out);
}
