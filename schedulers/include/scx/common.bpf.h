// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a sched_ext scheduler includes, and all it needs to include.
 *
 * Sources written for the headers of any kernel from 6.12 to 7.3 compile with
 * it, whichever of these kernels vmlinux.h comes from; what a kernel lacks or
 * calls by another name is found out when the object is loaded. Every SCX_*
 * constant is the plain enumerator of vmlinux.h, so no loader has to fill in
 * anything; compat.bpf.h handles the two whose values have moved.
 */
#ifndef __SCX_COMMON_BPF_H
#define __SCX_COMMON_BPF_H

/* vmlinux.h may bring its own declarations of kfuncs, which would clash with ours. */
#ifndef BPF_NO_KFUNC_PROTOTYPES
#define BPF_NO_KFUNC_PROTOTYPES
#endif

#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include <bpf/bpf_core_read.h>
#include <bpf/libbpf_version.h>
#include <asm-generic/errno.h>

#if LIBBPF_MAJOR_VERSION < 1 || (LIBBPF_MAJOR_VERSION == 1 && LIBBPF_MINOR_VERSION < 4)
#error "libbpf 1.4 or newer is needed: see npx schedlab doctor"
#endif

#include "defs.bpf.h"
#include "kfuncs.bpf.h"
#include "compat.bpf.h"
#include "user_exit_info.bpf.h"

/* Defines the callback NAME of a struct sched_ext_ops; the sleepable ones may block. */
#define BPF_STRUCT_OPS(name, args...)		SEC("struct_ops/" #name) BPF_PROG(name, ##args)
#define BPF_STRUCT_OPS_SLEEPABLE(name, args...) SEC("struct_ops.s/" #name) BPF_PROG(name, ##args)

/* Defines the scheduler itself: SCX_OPS_DEFINE(my_ops, .enqueue = (void *)my_enqueue, ...). */
#define SCX_OPS_DEFINE(ops, fields...) SEC(".struct_ops.link") struct sched_ext_ops ops = {fields}

/*
 * printf for the three below: the kernel takes the format as a writable string
 * and the values as an array of u64. Not legal as an expression's operand.
 */
#define __scx_format(fmt, args...)                                                                \
	static char ___fmt[] = fmt;                                                               \
	unsigned long long ___values[___bpf_narg(args) ?: 1] = {};                                \
	_Pragma("clang diagnostic push") _Pragma("clang diagnostic ignored \"-Wint-conversion\"") \
		___bpf_fill(___values, args);                                                     \
	_Pragma("clang diagnostic pop")(void) sizeof(__scx_check_format(fmt, ##args))

/* Never called, never linked: only the compiler looks at it. */
extern int __scx_check_format(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Unloads the scheduler in good order, with a code and a message for its user. */
#define scx_bpf_exit(code, fmt, args...)                                       \
	({                                                                     \
		__scx_format(fmt, ##args);                                     \
		scx_bpf_exit_bstr(code, ___fmt, ___values, sizeof(___values)); \
	})

/* Unloads the scheduler because of a bug; the message begins with FILE:LINE. */
#define scx_bpf_error(fmt, args...)                                                      \
	({                                                                               \
		__scx_format(__FILE_NAME__ ":" __scx_string(__LINE__) ": " fmt, ##args); \
		scx_bpf_error_bstr(___fmt, ___values, sizeof(___values));                \
	})

/* Adds to the debug dump; for the dump callbacks only. */
#define scx_bpf_dump(fmt, args...)                                       \
	({                                                               \
		__scx_format(fmt, ##args);                               \
		scx_bpf_dump_bstr(___fmt, ___values, sizeof(___values)); \
	})

#define __scx_string(token)    __scx_string_of(token)
#define __scx_string_of(token) #token

#endif /* __SCX_COMMON_BPF_H */
