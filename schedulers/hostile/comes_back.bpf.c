// SPDX-License-Identifier: GPL-2.0-only
/*
 * comes_back - leaves as soon as a shell runs, unless it is told to stay.
 *
 * Diagnosis: came_back where its program loads it again, left_by_itself otherwise.
 */
#include <scx/common.bpf.h>

char _license[] SEC("license") = "GPL";

UEI_DEFINE(uei);

const volatile bool stays = false;

void BPF_STRUCT_OPS(comes_back_enqueue, struct task_struct *p, u64 enq_flags)
{
	scx_bpf_dsq_insert(p, SCX_DSQ_GLOBAL, SCX_SLICE_DFL, enq_flags);
	if (!stays && bpf_strncmp(p->comm, sizeof(p->comm), "sh") == 0)
		scx_bpf_exit(7, "enough of %s", p->comm);
}

void BPF_STRUCT_OPS(comes_back_exit, struct scx_exit_info *info)
{
	UEI_RECORD(uei, info);
}

SCX_OPS_DEFINE(comes_back,
	       .enqueue = (void *)comes_back_enqueue,
	       .exit = (void *)comes_back_exit,
	       .name = "comes_back");
