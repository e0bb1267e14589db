// SPDX-License-Identifier: GPL-2.0-only
/*
 * How a scheduler tells its loader why it ended: UEI_DEFINE(uei) among the
 * globals, UEI_RECORD(uei, info) in ops.exit(). The loader finds it by its type.
 */
#ifndef __SCX_USER_EXIT_INFO_BPF_H
#define __SCX_USER_EXIT_INFO_BPF_H

enum uei_sizes {
	UEI_REASON_LEN = 128,
	UEI_MSG_LEN = 1024,
};

struct user_exit_info {
	int kind; /* 0 while it runs, then one of enum scx_exit_kind; written last */
	s64 exit_code;
	char reason[UEI_REASON_LEN];
	char msg[UEI_MSG_LEN];
};

/* The dump has a section of its own, and a length of 0, until a loader makes room for it. */
#define UEI_DEFINE(name)                         \
	char RESIZABLE_ARRAY(data, name##_dump); \
	const volatile u32 name##_dump_len;      \
	struct user_exit_info name SEC(".data")

#define UEI_RECORD(name, info)                                                               \
	({                                                                                   \
		bpf_probe_read_kernel_str(name.reason, sizeof(name.reason), (info)->reason); \
		bpf_probe_read_kernel_str(name.msg, sizeof(name.msg), (info)->msg);          \
		bpf_probe_read_kernel_str(name##_dump, name##_dump_len, (info)->dump);       \
		if (bpf_core_field_exists((info)->exit_code))                                \
			name.exit_code = (info)->exit_code;                                  \
		/* Atomic, hence ordered: who sees the kind sees all the rest. */            \
		__sync_lock_test_and_set(&name.kind, (info)->kind);                          \
	})

#endif /* __SCX_USER_EXIT_INFO_BPF_H */
