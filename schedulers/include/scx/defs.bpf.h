// SPDX-License-Identifier: GPL-2.0-only
/*
 * Constants that BTF does not carry because they are macros in the kernel, and
 * small helpers that sources for sched_ext expect from their headers.
 */
#ifndef __SCX_DEFS_BPF_H
#define __SCX_DEFS_BPF_H

#ifndef NULL
#define NULL ((void *)0)
#endif

#ifndef NR_CPUS
#define NR_CPUS 1024
#endif
#define NUMA_NO_NODE	(-1)
#define CLOCK_MONOTONIC 1

/* task_struct.flags; these bits have the same meaning from 6.12 to 7.3. */
#define PF_VCPU		  0x00000001
#define PF_IDLE		  0x00000002
#define PF_EXITING	  0x00000004
#define PF_POSTCOREDUMP	  0x00000008
#define PF_IO_WORKER	  0x00000010
#define PF_WQ_WORKER	  0x00000020
#define PF_FORKNOEXEC	  0x00000040
#define PF_MEMALLOC	  0x00000800
#define PF_KSWAPD	  0x00020000
#define PF_KTHREAD	  0x00200000
#define PF_NO_SETAFFINITY 0x04000000

/* Of no use in BPF since the tables of cgroup callbacks are always there. */
#define SCX_OPS_HAS_CGROUP_WEIGHT 0

#ifndef likely
#define likely(condition) __builtin_expect(!!(condition), 1)
#endif
#ifndef unlikely
#define unlikely(condition) __builtin_expect(!!(condition), 0)
#endif

#ifndef ARRAY_SIZE
#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))
#endif

#ifndef MIN
#define MIN(a, b) ((a) < (b) ? (a) : (b))
#define MAX(a, b) ((a) > (b) ? (a) : (b))
#endif

#ifndef READ_ONCE
#define READ_ONCE(x)	     (*(const volatile typeof(x) *)&(x))
#define WRITE_ONCE(x, value) (*(volatile typeof(x) *)&(x) = (value))
#endif

/* u64 instants that may wrap around. */
static inline bool time_after(u64 a, u64 b)
{
	return (s64)(b - a) < 0;
}

static inline bool time_before(u64 a, u64 b)
{
	return time_after(b, a);
}

static inline bool time_after_eq(u64 a, u64 b)
{
	return !time_before(a, b);
}

static inline bool time_before_eq(u64 a, u64 b)
{
	return !time_after(a, b);
}

/* How long AFTER is after BEFORE, or 0 when it is not. */
static inline s64 time_delta(u64 after, u64 before)
{
	return time_after(after, before) ? (s64)(after - before) : 0;
}

/* True when LOW <= AT <= HIGH; the open one leaves HIGH out. */
static inline bool time_in_range(u64 at, u64 low, u64 high)
{
	return time_after_eq(at, low) && time_before_eq(at, high);
}

static inline bool time_in_range_open(u64 at, u64 low, u64 high)
{
	return time_after_eq(at, low) && time_before(at, high);
}

/* The number of the highest bit that is set, counted from 1; 0 for 0. */
static inline u32 log2_u32(u32 value)
{
	u32 bits = 0;

	for (u32 step = 16; step; step /= 2) {
		if (value >> step) {
			value >>= step;
			bits += step;
		}
	}
	return bits + (value ? 1 : 0);
}

static inline u32 log2_u64(u64 value)
{
	return value >> 32 ? log2_u32(value >> 32) + 32 : log2_u32(value);
}

/* VALUE for a task of the default weight, as much more or less as P weighs; and the reverse. */
static inline u64 scale_by_task_weight(const struct task_struct *p, u64 value)
{
	return value * p->scx.weight / 100;
}

static inline u64 scale_by_task_weight_inverse(const struct task_struct *p, u64 value)
{
	return value * 100 / p->scx.weight;
}

/* Makes the compiler believe that EXPRESSION is used. */
#define __sink(expression) asm volatile("" : "+g"(expression))

#ifndef __maybe_unused
#define __maybe_unused __attribute__((__unused__))
#endif

static __always_inline const struct cpumask *cast_mask(struct bpf_cpumask *mask)
{
	return (const struct cpumask *)mask;
}

/*
 * BASE + OFFSET, or NULL when OFFSET is beyond LAST. The barriers keep clang
 * from comparing something else than the offset, and from adding it before it
 * has been compared; the verifier could follow neither.
 */
static __always_inline void *__scx_bounded(void *base, u64 offset, u64 last)
{
	barrier_var(offset);
	if (offset > last)
		return NULL;
	barrier_var(offset);
	return base + offset;
}

/* Address of BASE MEMBER, such as MEMBER_VPTR(table, [i].name), NULL when out of bounds. */
#define MEMBER_VPTR(base, member)                                                       \
	((typeof((base)member) *)__scx_bounded((void *)&(base),                         \
					       (u64) & ((base)member) - (u64) & (base), \
					       sizeof(base) - sizeof((base)member)))

/* Address of ARRAY[INDEX] of COUNT elements, NULL when out of bounds; for arrays on the heap. */
#define ARRAY_ELEM_PTR(array, index, count)                                                      \
	((typeof((array)[0]) *)__scx_bounded((void *)(array), (u64)(index) * sizeof((array)[0]), \
					     ((u64)(count) - 1) * sizeof((array)[0])))

/* An array whose length the loader sets before load; it has a section of its own. */
#define RESIZABLE_ARRAY(section, name) name[1] SEC("." #section "." #name)

/* Keeps spin locks and the objects they protect in one section of their own. */
#define private(name) SEC(".data." #name) __hidden __attribute__((aligned(8)))

#define __contains(type, node) __attribute__((btf_decl_tag("contains:" #type ":" #node)))

/*
 * What a loader may set a global to, such as
 * const volatile u32 slice_us TUNABLE_RANGE(100, 1000000) = 20000;
 */
#define TUNABLE_RANGE(least, most) __attribute__((btf_decl_tag("range:" #least ".." #most)))

/* The iterator inside of bpf_for_each(). */
#define BPF_FOR_EACH_ITER (&___it)

#endif /* __SCX_DEFS_BPF_H */
