// SPDX-License-Identifier: GPL-2.0-only
/*
 * init_fails - has an init() that returns an error.
 *
 * Diagnosis: init_failed.
 */
#include <scx/common.bpf.h>

char _license[] SEC("license") = "GPL";

UEI_DEFINE(uei);

s32 BPF_STRUCT_OPS_SLEEPABLE(init_fails_init)
{
	return -ENODEV;
}

void BPF_STRUCT_OPS(init_fails_exit, struct scx_exit_info *info)
{
	UEI_RECORD(uei, info);
}

SCX_OPS_DEFINE(init_fails,
	       .init = (void *)init_fails_init,
	       .exit = (void *)init_fails_exit,
	       .name = "init_fails");
