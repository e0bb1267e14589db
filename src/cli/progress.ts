// SPDX-License-Identifier: Apache-2.0
import { SingleBar } from 'cli-progress';
import { assertNever } from '../core/assert-never.ts';
import type { Report, Update } from '../experiment/request.ts';
import type { RunRecord } from '../results/run-record.ts';
import { type CliIo, note, type Verbosity } from './io.ts';

export interface Progress {
  readonly report: Report;
  end(): void;
}

/** A bar with the time left on a terminal, plain lines elsewhere, nothing but warnings when quiet. */
export function showProgress(io: CliIo, verbosity: Verbosity): Progress {
  if (verbosity === 'quiet') {
    return { report: (update) => update.kind === 'warning' && note(io, line(update)), end() {} };
  }
  return io.stderr.isTTY ? progressBar(io) : plainLines(io, verbosity);
}

function plainLines(io: CliIo, verbosity: Verbosity): Progress {
  let planned = 0;
  return {
    report(update) {
      if (update.kind === 'planned') planned = update.runs;
      if (update.kind === 'sample' && verbosity !== 'verbose') return;
      if (update.kind === 'run_started') return;
      note(io, line(update, planned));
    },
    end() {},
  };
}

function progressBar(io: CliIo): Progress {
  const bar = new SingleBar({
    stream: io.stderr,
    format: ' {bar} {value}/{total} runs, {eta_formatted} left  {doing}',
    hideCursor: true,
    clearOnComplete: true,
    etaBuffer: 20,
    linewrap: false,
  });
  let started = false;
  const say = (text: string) => {
    if (started) bar.update({ doing: text });
    else note(io, text);
  };
  return {
    report(update) {
      switch (update.kind) {
        case 'planned':
          bar.start(update.runs, 0, { doing: '' });
          started = true;
          break;
        case 'run_ended':
        case 'run_skipped':
          bar.increment(1, { doing: line(update) });
          break;
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

function line(update: Update, planned = 0): string {
  switch (update.kind) {
    case 'stage':
      return `${update.text} …`;
    case 'planned':
      return `${update.runs} runs planned`;
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
        `${update.run.test_id} under ${update.run.scheduler}: ${outcome(update.record)}`
      );
    case 'run_skipped':
      return `run ${update.run.index + 1}: skipped, ${update.reason}`;
    case 'warning':
      return `warning: ${update.warning.message}`;
    default:
      return assertNever(update);
  }
}

function outcome(record: RunRecord): string {
  if (record.status !== 'success') return `${record.status}: ${record.invalid_reasons.join('; ')}`;
  return `${record.makespan_s.toFixed(2)} s, ${record.makespan_ratio.toFixed(3)} of the bound`;
}
