// SPDX-License-Identifier: Apache-2.0
import type { DiagnosisCode } from '../results/run-record.ts';

const WAITS_ON_PURPOSE =
  'A policy that lets tasks wait on purpose says for how long in timeout_ms; for one that you cannot ' +
  'change, --watchdog S does.';

/** What it is, in words, and what to do about it. Where there is a detail, it follows the words. */
export const MEANINGS: Record<DiagnosisCode, { readonly is: string; readonly advice: string }> = {
  verifier_null_pointer: {
    is: 'The verifier refused it: a pointer is used that was not compared with NULL',
    advice: 'Compare what a lookup returns with NULL before it is used.',
  },
  verifier_unbounded_index: {
    is: 'The verifier refused it: an index or an offset may be out of bounds',
    advice: 'Compare it with the size just before the access, or use MEMBER_VPTR().',
  },
  verifier_kfunc_not_allowed: {
    is: 'The verifier refused it: a kernel function is called where it is not allowed',
    advice:
      'Move the call: scx_bpf_create_dsq() belongs into init, moving tasks into dispatch; what may ' +
      'sleep is defined by BPF_STRUCT_OPS_SLEEPABLE.',
  },
  verifier_too_complex: {
    is: 'The verifier refused it: it does not see the end of a loop, or there are too many paths',
    advice: 'Give the loop a constant bound, or write it with bpf_for().',
  },
  verifier_stack_too_large: {
    is: 'The verifier refused it: it needs more than the 512 bytes of stack',
    advice: 'Keep what is large in a map or a global variable; functions called add up.',
  },
  verifier_reference_kept: {
    is: 'The verifier refused it: it takes a reference or a lock and does not give it back',
    advice: 'Release it on every way out, also where something failed.',
  },
  verifier_rejected: {
    is: 'The verifier refused it',
    advice: "The run's invalid_reasons in runs.ndjson have the log: read it from the end.",
  },
  kernel_function_missing: {
    is: 'It calls a function that this kernel does not have',
    advice: 'Build it with the headers in schedulers/include, or declare the function __weak.',
  },
  not_loadable: {
    is: 'It could not be loaded',
    advice: "The run's invalid_reasons in runs.ndjson have all that was said.",
  },
  attach_refused: {
    is: 'The kernel refused its ops table',
    advice: 'Look for a flag that this kernel does not know, and a timeout_ms beyond 30 s.',
  },
  init_failed: {
    is: 'Its init failed',
    advice: 'Look at what init calls: an error that it returns ends the scheduler.',
  },
  never_attached: {
    is: 'It was never in charge',
    advice: 'Start it by hand and look whether /sys/kernel/sched_ext/state becomes "enabled".',
  },
  queue_not_served: {
    is: 'It stalls: tasks wait in a queue that is not served, or too seldom',
    advice:
      'See that dispatch looks into every queue, on CPUs that its tasks may use. ' +
      WAITS_ON_PURPOSE,
  },
  task_starved: {
    is: 'It starves a task',
    advice:
      'See that its queue is served, and that what comes first cannot come first for ever. ' +
      WAITS_ON_PURPOSE,
  },
  stalled: {
    is: 'It stalls: the kernel saw a task wait for too long',
    advice:
      'With UEI_DEFINE() and UEI_RECORD() in it, the kernel would say which tasks waited. ' +
      WAITS_ON_PURPOSE,
  },
  reported_error: {
    is: 'It ended itself with scx_bpf_error()',
    advice: 'The message is its own: look for it in its source.',
  },
  cpu_not_there: {
    is: 'It named a CPU that is not there',
    advice: 'Check CPU numbers against scx_bpf_nr_cpu_ids() and what is online.',
  },
  cpu_not_allowed: {
    is: 'It sent a task to a CPU that the task may not use',
    advice: 'Check p->cpus_ptr, and is_migration_disabled(), before SCX_DSQ_LOCAL_ON.',
  },
  dsq_not_there: {
    is: 'It named a DSQ that is not there, or not there for this call',
    advice:
      'Create it in init with scx_bpf_create_dsq(). The built-in ones are served by the kernel alone.',
  },
  dsq_order_mixed: {
    is: 'It queued tasks both by time and by order in one DSQ',
    advice: 'A DSQ takes scx_bpf_dsq_insert() or scx_bpf_dsq_insert_vtime(), not both.',
  },
  runtime_error: {
    is: 'It misused a kernel function while it ran',
    advice: 'The kernel names the function and what was wrong; look for that call.',
  },
  left_by_itself: {
    is: 'It left by itself, with scx_bpf_exit()',
    advice: 'A measurement needs it to stay until it is asked to leave.',
  },
  cpu_hotplug: {
    is: 'The kernel ended it because a CPU came or went',
    advice: 'Leave the CPUs alone while it is measured, or give it cpu_online and cpu_offline.',
  },
  unloaded_by_others: {
    is: 'Somebody else unloaded it',
    advice: 'Look who did: another program with its link, or sysrq-S.',
  },
  loader_ended: {
    is: 'Its loader ended, and with it the scheduler',
    advice: 'Look what ended the loader: memory, a signal, or an error of its own.',
  },
  ejected: {
    is: 'The kernel no longer ran it at the end',
    advice: 'With UEI_DEFINE() and UEI_RECORD() in it, the kernel would say why.',
  },
  came_back: {
    is: 'It left and was loaded again in between, so that others were in charge for a while',
    advice: 'Its program restarts it: look into its output for why it had to.',
  },
  idle_while_waiting: {
    is: 'It keeps CPUs idle while tasks wait',
    advice:
      'See that a task that is queued wakes an idle CPU (scx_bpf_kick_cpu()), and that every CPU ' +
      'looks where tasks are.',
  },
  callbacks_costly: {
    is: 'Its callbacks are costly',
    advice: 'They run at every switch: look for the one with the greatest time.',
  },
  kernel_memory_held: {
    is: "It holds much of the kernel's memory",
    advice: 'Destroy DSQs and delete map entries that are no longer needed.',
  },
  guest_panicked: {
    is: "The guest's kernel panicked under it, in two guests",
    advice:
      "The run's invalid_reasons in runs.ndjson have the end of the console. No scheduler should be " +
      "able to: it may be worth a report to the kernel's developers.",
  },
  guest_hung: {
    is: 'The guest hung under it, two of them',
    advice:
      'Look for what keeps a callback from ending: loops with very many rounds, bpf_loop() in ' +
      'bpf_loop(), locks that are held for long.',
  },
};
