// SPDX-License-Identifier: Apache-2.0
import { getSystemErrorMap } from 'node:util';
import type {
  Diagnosis,
  DiagnosisCode,
  KernelState,
  Observation,
  SchedulerExit,
} from '../results/run-record.ts';
import { MEANINGS } from './meanings.ts';
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
  if (problem?.code === 'guest_panicked' || problem?.code === 'guest_hung') {
    return diagnosis(problem.code, /Kernel panic - not syncing: (.*)/.exec(problem.message)?.[1]);
  }
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

/** Of enum scx_exit_kind; from ERROR on it is the scheduler's fault. */
const EXIT = { UNREG: 64, BPF: 65, KERNEL: 66, SYSRQ: 67, ERROR: 1024, OWN: 1025, STALL: 1026 };

function ofExit(exit: SchedulerExit): Diagnosis {
  switch (exit.kind) {
    case EXIT.BPF:
      return diagnosis('left_by_itself', exit.message || exit.reason);
    case EXIT.KERNEL:
      return diagnosis('cpu_hotplug', said(exit));
    case EXIT.UNREG:
    case EXIT.SYSRQ:
      return diagnosis('unloaded_by_others', exit.reason);
    case EXIT.OWN:
      return diagnosis('reported_error', exit.message);
    case EXIT.STALL:
      return ofStall(exit);
    default:
      return exit.kind < EXIT.ERROR ? diagnosis('ejected', said(exit)) : ofError(exit.message);
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

const BUILT_IN: Readonly<Record<string, string>> = {
  '0x8000000000000001': 'the global DSQ',
  '0x8000000000000002': "a CPU's local DSQ",
};

function ofStall({ message, dump }: SchedulerExit): Diagnosis {
  const waiting = dump === undefined ? [] : waitingTasks(dump);
  const [longest] = waiting;
  if (!longest) return diagnosis('stalled', message);
  // Others that wait a little are behind it by chance.
  const stuck = waiting.filter(({ waitedMs }) => waitedMs > longest.waitedMs * STUCK_SHARE);
  const [same, ...others] = new Set(stuck.map(({ dsq }) => dsq));
  const where =
    others.length > 0
      ? 'several queues'
      : same
        ? (BUILT_IN[same] ?? `DSQ ${same}`)
        : "no queue of the kernel's";
  const idle = /class=idle_sched_class/.test(dump ?? '') ? ', while a CPU was idle' : '';
  return stuck.length === 1
    ? diagnosis('task_starved', `${message}; it was in ${where}${idle}`)
    : diagnosis(
        'queue_not_served',
        `${message}, and with it ${stuck.length - 1} more in ${where}${idle}`,
      );
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
