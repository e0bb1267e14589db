// SPDX-License-Identifier: GPL-2.0-only
/*
 * errors_out - ends itself with an error of its own.
 *
 * Diagnosis: reported_error.
 */
#include <scx/common.bpf.h>

char _license[] SEC("license") = "GPL";

UEI_DEFINE(uei);

void BPF_STRUCT_OPS(errors_out_enqueue, struct task_struct *p, u64 enq_flags)
{
	scx_bpf_dsq_insert(p, SCX_DSQ_GLOBAL, SCX_SLICE_DFL, enq_flags);
	scx_bpf_error("no plan for %s", p->comm);
}

void BPF_STRUCT_OPS(errors_out_exit, struct scx_exit_info *info)
{
	UEI_RECORD(uei, info);
}

SCX_OPS_DEFINE(errors_out,
	       .enqueue = (void *)errors_out_enqueue,
	       .exit = (void *)errors_out_exit,
	       .name = "errors_out");
