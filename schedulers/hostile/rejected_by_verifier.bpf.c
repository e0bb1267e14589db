// SPDX-License-Identifier: GPL-2.0-only
/*
 * rejected_by_verifier - reads a map's value without looking whether there is one.
 *
 * Diagnosis: verifier_null_pointer.
 */
#include <scx/common.bpf.h>

char _license[] SEC("license") = "GPL";

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, u64);
} counters SEC(".maps");

void BPF_STRUCT_OPS(rejected_by_verifier_enqueue, struct task_struct *p, u64 enq_flags)
{
	u32 key = 0;
	u64 *counter = bpf_map_lookup_elem(&counters, &key);

	scx_bpf_dsq_insert(p, SCX_DSQ_GLOBAL, *counter, enq_flags);
}

SCX_OPS_DEFINE(rejected_by_verifier,
	       .enqueue = (void *)rejected_by_verifier_enqueue,
	       .name = "rejected_by_verifier");
