// SPDX-License-Identifier: Apache-2.0
import { SingleBar } from 'cli-progress';
import { assertNever } from '../core/assert-never.ts';
import type { Report, Update } from '../experiment/request.ts';
import { whyInvalid } from '../report/findings.ts';
import type { CaseEnd } from '../results/experiment-record.ts';
import type { RunRecord } from '../results/run-record.ts';
import { type CliIo, note, percent, type Verbosity } from './io.ts';

export interface Progress {
  readonly report: Report;
  end(): void;
}

/** An experiment that is one of several: which, and how long all of them will take. */
export interface PartOfAll {
  /** `2 CPUs` */
  readonly name: string;
  follow(update: Update): void;
  /** `about 12 min`; null while that is not known. */
  left(): string | null;
}

/** A bar with the time left on a terminal, plain lines elsewhere, nothing but warnings when quiet. */
export function showProgress(io: CliIo, verbosity: Verbosity, part?: PartOfAll): Progress {
  const named = (update: Update, planned?: number) =>
    (part ? `[${part.name}] ` : '') + lineOf(update, planned);
  if (verbosity === 'quiet') {
    return { report: (update) => update.kind === 'warning' && note(io, named(update)), end() {} };
  }
  const shown = io.stderr.isTTY
    ? progressBar(io, named, part)
    : plainLines(io, verbosity, named, part);
  return {
    report(update) {
      part?.follow(update);
      shown.report(update);
    },
    end: shown.end,
  };
}

type Line = (update: Update, planned?: number) => string;

function plainLines(io: CliIo, verbosity: Verbosity, line: Line, part?: PartOfAll): Progress {
  let planned = 0;
  return {
    report(update) {
      if (update.kind === 'planned') {
        const isFirst = planned === 0;
        planned = update.runs;
        if (!isFirst) return;
      }
      if (update.kind === 'sample' && verbosity !== 'verbose') return;
      if (update.kind === 'run_started') return;
      note(io, line(update, planned));
      const left = update.kind === 'block_ended' ? part?.left() : null;
      if (left) note(io, `${left} left in all`);
    },
    end() {},
  };
}

function progressBar(io: CliIo, line: Line, part?: PartOfAll): Progress {
  const bar = new SingleBar({
    stream: io.stderr,
    format: part
      ? ' {bar} {value}/{total} runs, {left} left in all  {doing}'
      : ' {bar} {value}/{total} runs, {eta_formatted} left  {doing}',
    hideCursor: true,
    clearOnComplete: true,
    etaBuffer: 20,
    linewrap: false,
  });
  let started = false;
  const payload = (doing: string) => ({ doing, ...(part ? { left: part.left() ?? '?' } : {}) });
  const say = (text: string) => {
    if (started) bar.update(payload(text));
    else note(io, text);
  };
  return {
    report(update) {
      switch (update.kind) {
        case 'planned':
          if (started) bar.setTotal(update.runs);
          else bar.start(update.runs, update.done, payload(''));
          started = true;
          break;
        case 'run_ended':
          bar.increment(1, payload(line(update)));
          break;
        case 'block_ended':
        case 'case_ended':
        case 'run_skipped':
        case 'warning':
          // Above the bar, which is drawn again below it.
          io.stderr.write(`\r\x1b[K${line(update)}\n`);
          break;
        default:
          say(line(update));
      }
    },
    end() {
      if (started) bar.stop();
    },
  };
}

const REASONS: Record<CaseEnd['reason'], string> = {
  precise: 'the intervals are narrow enough',
  most_blocks: 'all runs are made',
  max_time: 'the time is over',
  too_few_valid: 'given up, because too few runs are valid',
};

function lineOf(update: Update, planned = 0): string {
  switch (update.kind) {
    case 'stage':
      return `${update.text} …`;
    case 'planned':
      return `about ${update.runs - update.done} runs to go`;
    case 'run_started':
      return `${update.run.test_id} under ${update.run.scheduler}`;
    case 'sample':
      return (
        `${update.run.test_id} under ${update.run.scheduler}: ` +
        `${update.tasks - update.running} of ${update.tasks} tasks done after ${update.atS.toFixed(1)} s`
      );
    case 'run_ended':
      return (
        `run ${update.run.index + 1}${planned ? ` of ${planned}` : ''}: ` +
        `${update.run.warm_up ? 'warm-up of ' : ''}${update.run.test_id} under ${update.run.scheduler}: ${outcome(update.record)}`
      );
    case 'block_ended': {
      const known = update.arms.map(
        ({ scheduler, improvement, ci95: [low, high] }) =>
          `${scheduler} ${percent(improvement)} [${percent(low)}, ${percent(high)}]`,
      );
      const words =
        known.length > 0 ? `improvement of ${known.join('; ')}` : 'too few for an interval';
      return `${update.testId}, ${update.blocks} block${update.blocks === 1 ? '' : 's'}: ${words}`;
    }
    case 'case_ended':
      return `${update.end.test_id}: ${REASONS[update.end.reason]}`;
    case 'run_skipped':
      return `run ${update.run.index + 1}: skipped, ${update.reason}`;
    case 'warning':
      return `warning: ${update.warning.message}`;
    default:
      return assertNever(update);
  }
}

function outcome(record: RunRecord): string {
  if (record.status !== 'success') return `${record.status}: ${whyInvalid(record).join('; ')}`;
  return `${record.makespan_s.toFixed(2)} s, ${record.makespan_ratio.toFixed(3)} of the bound`;
}
