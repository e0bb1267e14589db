// SPDX-License-Identifier: Apache-2.0
import type { DiagnosisCode } from '../results/run-record.ts';

/** Why the verifier refused a program. */
export interface Refusal {
  readonly code: DiagnosisCode;
  /** The line of its log that says so. */
  readonly line: string;
  /** The BPF program, mostly a callback; null where the log does not say. */
  readonly program: string | null;
  /** The line of the source, as the log has it; null where it has none. */
  readonly source: string | null;
}

/** The first that fits is it: what the kernel's texts from 6.12 to 7.3 have in common. */
const CAUSES: readonly (readonly [RegExp, DiagnosisCode])[] = [
  [/or_null_?'|Possibly NULL pointer/, 'verifier_null_pointer'],
  [
    /unbounded|min value is|max value is|invalid access to (map|memory)|variable-offset/,
    'verifier_unbounded_index',
  ],
  [
    /calling kernel function \S+ is not allowed|sleepable kfunc|cannot use helper/,
    'verifier_kfunc_not_allowed',
  ],
  [/program is too large|too complex|infinite loop|back-edge/, 'verifier_too_complex'],
  [/combined stack size|call stack of|invalid write to stack/, 'verifier_stack_too_large'],
  [/Unreleased reference|reference leak|-ed region|missing unlock/, 'verifier_reference_kept'],
];

const BEGIN = /^(?:libbpf: prog '([^']*)': )?-- BEGIN PROG LOAD LOG --$/;
const END = /^-- END PROG LOAD LOG --$/;
/** What the verifier says after the line that decides. */
const STATISTICS = /^(processed \d+ insns|verification time|stack depth|mark_precise|insns? )/;
/** `12: (79) r1 = *(u64 *)(r1 +0)`, or a state. */
const STEP = /^(\d+: |from \d+ to \d+|; |R\d+(_w)?=|Global function|Func#|func#)/;

/** Looks in what libbpf and the kernel said for the verifier's verdict; null where there is none. */
export function findRefusal(log: string): Refusal | null {
  const lines = log.split('\n').map((line) => line.trim());
  const end = lines.findLastIndex((line) => END.test(line));
  if (end < 0) return null;
  const begin = lines.findLastIndex((line, place) => place < end && BEGIN.test(line));
  const all = lines.slice(begin + 1, end).filter((line) => line !== '');
  // New kernels explain below what they have said.
  const explained = all.findIndex((line) => line.startsWith('Verification failed: '));
  const body = explained < 0 ? all : all.slice(0, explained);
  // Its statistics come last; before them stand the verdict and what led to it.
  const last = body.findLastIndex((line) => !STATISTICS.test(line) && !STEP.test(line));
  const verdicts = body.slice(0, last + 1).filter((line) => !STEP.test(line));
  const line =
    verdicts.slice(-4).findLast((candidate) => causeOf(candidate) !== null) ?? verdicts.at(-1);
  if (line === undefined) return null;
  const code = causeOf(line) ?? 'verifier_rejected';
  return {
    code,
    line,
    program: BEGIN.exec(lines[begin] ?? '')?.[1] ?? null,
    // The stack is added up at the end, when no line is looked at any more.
    source: code === 'verifier_stack_too_large' ? null : sourceOf(body, line),
  };
}

function causeOf(line: string): DiagnosisCode | null {
  return CAUSES.find(([pattern]) => pattern.test(line))?.[1] ?? null;
}

/**
 * `; u64 x = *counter; @ mine.bpf.c:26` is the source of the steps below it. Of a reference that is
 * kept it is where it was taken; else where the log ends.
 */
function sourceOf(body: readonly string[], verdict: string): string | null {
  const [, taken] = /\balloc_insn=(\d+)/.exec(verdict) ?? [];
  const end = body.findIndex((line) => line.startsWith(`${taken}: (`));
  const steps = end < 0 ? body : body.slice(0, end);
  return steps.findLast((line) => /^; .*\S/.test(line))?.slice(2) ?? null;
}
