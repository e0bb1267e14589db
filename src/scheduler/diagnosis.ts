// SPDX-License-Identifier: Apache-2.0
import { getSystemErrorMap } from 'node:util';
import type {
  Diagnosis,
  DiagnosisCode,
  KernelState,
  Observation,
  SchedulerExit,
} from '../results/run-record.ts';
import { waitingTasks } from './stall-dump.ts';
import { findRefusal } from './verifier-log.ts';

/** What is known of a run under a scheduler that is not the kernel's own. */
export interface KnownOfRun {
  /** Its name in the kernel; null where it did not get there. */
  readonly ops: string | null;
  /** Why nothing was measured; with `scheduler_rejected`, what the loader or the program said. */
  readonly problem: { readonly code: string; readonly message: string } | null;
  readonly before: KernelState;
  readonly after: KernelState;
  readonly exit: SchedulerExit | null;
  readonly makespanS: number;
  readonly cpus: number;
  readonly observation: Observation | null;
  /** How much more of the kernel's memory was in use while it was loaded; null: not known. */
  readonly kernelMemoryBytes: number | null;
}

/** What it is, in words, and what to do about it. Where there is a detail, it follows the words. */
const MEANINGS: Record<DiagnosisCode, { readonly is: string; readonly advice: string }> = {
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
      'See that dispatch looks into every queue, on CPUs that its tasks may use. A policy that lets ' +
      'tasks wait on purpose says for how long in timeout_ms.',
  },
  task_starved: {
    is: 'It starves a task',
    advice:
      'See that what comes first cannot come first for ever. A policy that lets tasks wait on ' +
      'purpose says for how long in timeout_ms.',
  },
  stalled: {
    is: 'It stalls: the kernel saw a task wait for too long',
    advice: 'With UEI_DEFINE() and UEI_RECORD() in it, the kernel would say which tasks waited.',
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
};

/** Of all CPUs' time; good schedulers had 0.019 at most (62 runs). */
const IDLE_WHILE_WAITING_SHARE = 0.1;
/** In less, a run's start and end are most of it. */
const LEAST_IDLE_S = 0.25;
/** Of all CPUs' time; good schedulers had 0.014 at most (38 runs). */
const CALLBACKS_SHARE = 0.05;
/** Callbacks that run once for each task and CPU, most of them before the tasks are released. */
const AT_LOADING = /_(init|exit|init_task|exit_task)$/;
/** Of the longest wait: who waits so long in the same stall is stuck as well. */
const STUCK_SHARE = 0.25;
/** Characters: a program may have said much. */
const MOST_DETAIL = 300;
/** `learned` has 4 MiB. */
const HELD_MEMORY_BYTES = 16 * 2 ** 20;

/** What was wrong with a run's scheduler, or seen of it; null where there is nothing to say. */
export function diagnose(known: KnownOfRun): Diagnosis | null {
  const { problem, exit, before, after } = known;
  if (known.ops === null && problem?.code !== 'scheduler_rejected') return null;
  if (isAnotherOne(before, after)) {
    const detail = `it was number ${before.enable_seq} before the release, ${after.enable_seq} at the end`;
    return diagnosis('came_back', detail);
  }
  if (exit && exit.by !== 'user' && exit.kind !== 0) return ofExit(exit);
  if (problem?.code === 'scheduler_rejected') return ofRejection(problem.message);
  if (problem?.code === 'scheduler_not_attached') {
    return diagnosis('never_attached', problem.message);
  }
  if (exit?.by === 'unknown') return diagnosis('loader_ended', said(exit));
  if (exit?.by === 'kernel') return diagnosis('ejected', said(exit));
  return problem ? null : ofBehaviour(known);
}

function diagnosis(code: DiagnosisCode, detail = ''): Diagnosis {
  const { is, advice } = MEANINGS[code];
  const line = detail.replaceAll(/\s+/g, ' ').trim().slice(0, MOST_DETAIL);
  return { code, words: line ? `${is}: ${line}` : is, advice };
}

function isAnotherOne(before: KernelState, after: KernelState): boolean {
  return before.state === 'enabled' && before.enable_seq !== after.enable_seq;
}

function said({ reason, message }: SchedulerExit): string {
  return [reason, message].filter(Boolean).join(': ');
}

/** By enum scx_exit_kind. */
function ofExit(exit: SchedulerExit): Diagnosis {
  switch (exit.kind) {
    case 65:
      return diagnosis('left_by_itself', exit.message || exit.reason);
    case 66:
      return diagnosis('cpu_hotplug', said(exit));
    case 64:
    case 67:
      return diagnosis('unloaded_by_others', exit.reason);
    case 1025:
      return diagnosis('reported_error', exit.message);
    case 1026:
      return ofStall(exit);
    default:
      return exit.kind < 1024 ? diagnosis('ejected', said(exit)) : ofError(exit.message);
  }
}

/** The kernel's texts, from 6.12 to 7.3. */
const RUNTIME_ERRORS: readonly (readonly [RegExp, DiagnosisCode])[] = [
  [/^invalid (CPU|cpu|cid)\b/, 'cpu_not_there'],
  [/SCX_DSQ_LOCAL\[_ON\]/, 'cpu_not_allowed'],
  [/non-existent DSQ|invalid DSQ ID/i, 'dsq_not_there'],
  [/already had (PRIQ|FIFO)-enqueued/, 'dsq_order_mixed'],
];

function ofError(message: string): Diagnosis {
  const [, callback, errno] = /^ops\.(init\w*)\(\) failed \((-\d+)\)/.exec(message) ?? [];
  if (callback && errno) {
    const [name, text] = getSystemErrorMap().get(Number(errno)) ?? [errno, ''];
    return diagnosis('init_failed', `${callback} returned ${name}${text && ` (${text})`}`);
  }
  const code = RUNTIME_ERRORS.find(([pattern]) => pattern.test(message))?.[1] ?? 'runtime_error';
  return diagnosis(code, message);
}

function ofStall({ message, dump }: SchedulerExit): Diagnosis {
  const waiting = dump === undefined ? [] : waitingTasks(dump);
  const [longest] = waiting;
  if (!longest) return diagnosis('stalled', message);
  // Others that wait a little are behind it by chance.
  const stuck = waiting.filter(({ waitedMs }) => waitedMs > longest.waitedMs * STUCK_SHARE);
  const [same, ...others] = new Set(stuck.map(({ dsq }) => dsq));
  const where =
    others.length > 0 ? 'several queues' : same ? `DSQ ${same}` : "no queue of the kernel's";
  return stuck.length === 1
    ? diagnosis('task_starved', `${message}; it was in ${where}`)
    : diagnosis('queue_not_served', `${message}, and with it ${stuck.length - 1} more in ${where}`);
}

function ofRejection(message: string): Diagnosis {
  const refusal = findRefusal(message);
  if (refusal) {
    const { code, line, program, source } = refusal;
    const where = [program && `in ${program}`, source && `at “${source}”`].filter(Boolean);
    return diagnosis(code, where.length > 0 ? `${line} (${where.join(', ')})` : line);
  }
  const lines = message
    .replaceAll(/(?<![\w/])\/\S*\//g, '')
    .split('\n')
    .filter((line) => line.trim() !== '');
  // The folders say nothing, nor do these lines.
  const last =
    lines.findLast((line) => !/: (failed to load object|the kernel does not load) /.test(line)) ??
    message;
  const missing = /extern \(func ksym\) '([^']+)'.* not found/.exec(message)?.[1];
  if (missing) return diagnosis('kernel_function_missing', `${missing}()`);
  if (/loader: cannot attach /.test(last)) return diagnosis('attach_refused', last);
  if (/has not enabled|did not enable|no scheduler (was )?attached/.test(message)) {
    return diagnosis('never_attached', last);
  }
  return diagnosis('not_loadable', last);
}

/** Of a scheduler that was in charge all the time. */
function ofBehaviour(known: KnownOfRun): Diagnosis | null {
  const { observation, exit, cpus, kernelMemoryBytes } = known;
  const allCpusS = known.makespanS * cpus;
  const perCent = (valueS: number) => `${((100 * valueS) / allCpusS).toFixed(1)} %`;
  const idleS = observation?.idle_while_waiting_s ?? 0;
  if (idleS >= LEAST_IDLE_S && idleS > IDLE_WHILE_WAITING_SHARE * allCpusS) {
    return diagnosis(
      'idle_while_waiting',
      `${idleS.toFixed(2)} CPU seconds of them, ${perCent(idleS)} of the CPUs' time`,
    );
  }
  const callbacks = (exit?.callbacks ?? [])
    .filter(({ name }) => !AT_LOADING.test(name))
    .toSorted((a, b) => b.time_s - a.time_s);
  const callbacksS = callbacks.reduce((sum, { time_s }) => sum + time_s, 0);
  const [worst] = callbacks;
  if (worst && callbacksS > CALLBACKS_SHARE * allCpusS) {
    const meanUs = (worst.time_s / worst.runs) * 1e6;
    return diagnosis(
      'callbacks_costly',
      `${perCent(callbacksS)} of the CPUs' time; most in ${worst.name}, ${worst.runs} times ` +
        `${meanUs.toFixed(0)} µs`,
    );
  }
  if (kernelMemoryBytes !== null && kernelMemoryBytes > HELD_MEMORY_BYTES) {
    const mib = (kernelMemoryBytes / 2 ** 20).toFixed(0);
    return diagnosis('kernel_memory_held', `${mib} MiB more than before it was loaded`);
  }
  return null;
}
