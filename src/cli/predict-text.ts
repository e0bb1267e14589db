// SPDX-License-Identifier: Apache-2.0
import { basename, dirname, join } from 'node:path';
import Table, { type Cell } from 'cli-table3';
import type {
  LeftOut,
  LeftOutReason,
  PredictedCase,
  PredictionDocument,
  PredictionError,
  PredictionOnCpus,
  Range,
  ValidationDocument,
} from '../results/prediction.ts';
import type { Policy } from '../simulation/policies.ts';
import { percent as percentText } from './io.ts';

const LABELS: Record<Policy, string> = {
  fair: 'fair sharing (the default)',
  fair_per_cpu: 'fair sharing, a queue per CPU',
  fifo: 'fifo, in turns of 20 ms',
  fifo_to_completion: 'fifo, each to its end',
  lpt: 'largest first, each to its end',
  longest_first: 'longest first, in turns',
  ideal: 'ideal',
};
const REASONS: Record<LeftOutReason, string> = {
  no_valid_run: 'no valid run',
  released_one_by_one: 'its tasks are released one by one, which is not simulated',
  no_model: 'no policy is known to stand for it; --model ARM=POLICY says which',
};
const STYLE = { head: [], border: [] };
/** No lines between rows. */
const DENSE = { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' };

export function predictionText(document: PredictionDocument): string {
  return [
    `From the CPU times under ${document.baseline} in ${document.folder}; makespans in seconds of them.`,
    ...document.cases.map((predicted) => caseText(predicted, document)),
    ...document.left_out.map(({ test_id, reason }) => `${test_id} is left out: ${REASONS[reason]}`),
    'Median [5 %, 95 %] of the samples. Start-up, switching and other load cost nothing here: see',
    'docs/predict.md, and --validate for how far off that is.',
  ].join('\n');
}

function caseText(predicted: PredictedCase, { sizes, seed }: PredictionDocument): string {
  const { test_id, short_tasks, long_tasks, runs, samples, on_cpus } = predicted;
  const source =
    sizes === 'drawn'
      ? `${samples} draws from ${runs} runs, seed ${seed}`
      : `as in each of ${runs} runs, ${samples / runs} times in an order drawn with seed ${seed}`;
  const table = new Table({
    head: [
      'CPUs',
      'policy',
      'makespan / bound',
      'makespan s',
      'improvement over fair',
      'any list at worst',
      'LPT at worst',
    ],
    style: STYLE,
    chars: DENSE,
  });
  for (const onCpus of on_cpus) table.push(...rowsOf(onCpus));
  return `\n${test_id}: ${short_tasks} short and ${long_tasks} long tasks, ${source}\n${table}`;
}

function rowsOf({ cpus, policies, worst_list_ratio, worst_lpt_ratio }: PredictionOnCpus): Cell[][] {
  return policies.map(({ policy, makespan_ratio, makespan_s, improvement }, place) => {
    const once = (text: string) => (place === 0 ? text : '');
    return [
      once(String(cpus)),
      LABELS[policy],
      rangeText(makespan_ratio, (value) => value.toFixed(3)),
      rangeText(makespan_s, (value) => value.toFixed(2)),
      policy === 'fair' ? '–' : rangeText(improvement, percent),
      once(worst_list_ratio.toFixed(3)),
      once(worst_lpt_ratio.toFixed(3)),
    ];
  });
}

function rangeText({ median, p5, p95 }: Range, text: (value: number) => string): string {
  const [low, middle, high] = [p5, median, p95].map((value) => text(value));
  return low === high ? String(middle) : `${middle} [${low}, ${high}]`;
}

export function validationText(document: ValidationDocument): string {
  if (document.arms.length === 0) {
    return ['No run can be validated.', ...leftOutLines(document)].join('\n');
  }
  return [
    'Makespan / bound, means of the runs; the error is predicted / measured makespan − 1:',
    armsTable(document),
    '',
    'All runs together, and what the model leaves out, as seen in the observed runs (/ bound):',
    policiesTable(document),
    ...improvementLines(document),
    ...leftOutLines(document),
  ].join('\n');
}

function armsTable({ arms }: ValidationDocument): string {
  const table = new Table({
    head: [
      ...['experiment', 'case', 'scheduler', 'model', 'CPUs', 'runs'],
      ...['predicted', 'measured', 'error', 'worst'],
    ],
    style: STYLE,
    chars: DENSE,
  });
  for (const arm of arms) {
    table.push([
      nameOf(arm.folder),
      arm.test_id,
      arm.scheduler,
      arm.policy,
      arm.cpus,
      arm.runs,
      arm.predicted_ratio.toFixed(3),
      arm.measured_ratio.toFixed(3),
      ...errorCells(arm.error),
    ]);
  }
  return table.toString();
}

function policiesTable({ policies }: ValidationDocument): string {
  const table = new Table({
    head: [
      ...['CPUs', 'model', 'runs', 'error', 'worst'],
      ...['observed', 'late start', 'idle while waiting', 'others'],
    ],
    style: STYLE,
    chars: DENSE,
  });
  for (const { cpus, policy, runs, error, left_out } of policies) {
    table.push([cpus, policy, runs, ...errorCells(error), ...leftOutCells(left_out)]);
  }
  return table.toString();
}

function errorCells({ mean, stddev, worst }: PredictionError): string[] {
  return [`${signed(mean)} ± ${percent(stddev)}`, signed(worst)];
}

function leftOutCells(leftOut: LeftOut | null): Cell[] {
  if (!leftOut) return [0, '–', '–', '–'];
  const { runs, late_start, idle_while_waiting, others } = leftOut;
  return [runs, ...[late_start, idle_while_waiting, others].map((share) => percent(share))];
}

function improvementLines({ improvements }: ValidationDocument): string[] {
  if (improvements.length === 0) return [];
  const table = new Table({
    head: ['experiment', 'case', 'scheduler', 'CPUs', 'predicted', 'measured'],
    style: STYLE,
    chars: DENSE,
  });
  for (const { folder, test_id, scheduler, cpus, predicted, measured, ...rest } of improvements) {
    const [low, high] = rest.measured_ci95 as [number, number];
    const interval = `${percent(measured)} [${percent(low)}, ${percent(high)}]`;
    table.push([nameOf(folder), test_id, scheduler, cpus, percent(predicted), interval]);
  }
  return ['', "Improvement, predicted from the baseline's runs alone:", table.toString()];
}

function leftOutLines({ left_out }: ValidationDocument): string[] {
  return left_out.map(
    ({ folder, test_id, scheduler, reason }) =>
      `${scheduler} in ${test_id} of ${folder} is left out: ${REASONS[reason]}`,
  );
}

/** The folder's name, and of a sweep's part the sweep's too. */
function nameOf(folder: string): string {
  const name = basename(folder);
  return /^\d+$/.test(name) ? join(basename(dirname(folder)), name) : name;
}

/** Without the sign of a 0 that rounding left. */
function percent(fraction: number): string {
  return percentText(Math.abs(fraction) < 0.0005 ? 0 : fraction);
}

function signed(fraction: number): string {
  return `${fraction > 0 ? '+' : ''}${percent(fraction)}`;
}
