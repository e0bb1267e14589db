/* SPDX-License-Identifier: GPL-2.0-only */
/* What the observer's two halves share. */
#pragma once

/* Who has a CPU: one of these, or a task, counted from 1. */
#define OCCUPANT_IDLE	(-1)
#define OCCUPANT_OTHERS 0

#define STRETCH_PREEMPTED 1 /* the task wanted to go on */
#define STRETCH_MIGRATED  2 /* the thread's stretch before was on another CPU */

/* A task, or others than the tasks, on a CPU without a break. Nanoseconds of CLOCK_MONOTONIC. */
struct stretch {
	__u64 runnable_ns; /* since when the thread wanted the CPU; of others: as start_ns */
	__u64 start_ns;
	__u64 end_ns;
	__s32 occupant;
	__u16 cpu;
	__u16 flags;
};

struct observed_cpu {
	/* The stretch that goes on, as in struct stretch. */
	__u64 runnable_ns;
	__u64 start_ns;
	__s32 occupant;
	__u32 flags;
	/* How many are in this CPU's part of the buffer, and how many did not go in. */
	__u32 stored;
	__u32 lost;
	/* CLOCK_MONOTONIC - the run queue's clock, when that had just been read, and when that was. */
	__s64 offset_ns;
	__u64 offset_at_ns;
} __attribute__((aligned(64)));

struct observed_thread {
	__u64 runnable_ns; /* 0 while it runs or sleeps */
	__s32 task;
	__u32 last_cpu; /* counted from 1; 0 before it ran */
};
