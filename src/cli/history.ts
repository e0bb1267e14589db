// SPDX-License-Identifier: Apache-2.0
import { join, resolve } from 'node:path';
import Table from 'cli-table3';
import type { Command } from 'commander';
import { LabError } from '../core/errors.ts';
import { headline } from '../report/verdict-sentence.ts';
import type { Summary } from '../results/experiment-record.ts';
import { type ListedExperiment, listExperiments } from '../results/list.ts';
import { writeAtomically } from '../results/store.ts';
import { EXIT, type ExitStatus } from './exit-status.ts';
import { answer, type CliIo, note, percent } from './io.ts';
import { addOutputOptions, type OutputOptions } from './options.ts';

interface HistoryOptions extends OutputOptions {
  test?: string;
}

export function defineHistory(command: Command, io: CliIo, done: (status: ExitStatus) => void) {
  addOutputOptions(command)
    .description('list the stored experiments, or draw one case over time')
    .argument('[dir]', 'the folder that holds them', 'results')
    .option('--test <id>', 'the comparisons of this case, with a chart of them')
    .action(async (folder: string, options: HistoryOptions) =>
      done(await historyCommand(resolve(folder), options, io)),
    );
}

async function historyCommand(
  folder: string,
  options: HistoryOptions,
  io: CliIo,
): Promise<ExitStatus> {
  const { experiments, unreadable } = await listExperiments(folder);
  for (const { folder, reason } of unreadable) note(io, `left out: ${folder}: ${reason}`);
  if (options.test === undefined) {
    const listed = experiments.map(describe);
    answer(io, options.json ? JSON.stringify({ experiments: listed }, null, 2) : listText(listed));
  } else {
    await oneCase(experiments, options.test, folder, options, io);
  }
  return unreadable.length > 0 ? EXIT.invalid : EXIT.ok;
}

function describe({ folder, experiment }: ListedExperiment) {
  const { name, created_at, status, place } = experiment;
  return {
    folder,
    name,
    created_at,
    status,
    kernel: place?.kernel_release ?? null,
    verdict: headline(experiment),
  };
}

function listText(listed: readonly ReturnType<typeof describe>[]): string {
  if (listed.length === 0) return 'No experiment is stored there.';
  const table = new Table({
    head: ['started', 'name', 'status', 'kernel', 'verdict'],
    style: { head: [], border: [] },
    colWidths: [22, null, null, null, 60],
    wordWrap: true,
  });
  for (const { created_at, name, status, kernel, verdict } of listed) {
    table.push([created_at.replace(/\.\d+Z/, 'Z'), name, status, kernel ?? '–', verdict]);
  }
  return table.toString();
}

async function oneCase(
  experiments: readonly ListedExperiment[],
  testId: string,
  folder: string,
  options: HistoryOptions,
  io: CliIo,
): Promise<void> {
  const points = experiments.flatMap(({ folder, experiment }) =>
    experiment.summaries
      .filter((summary) => summary.test_id === testId && summary.improvement != null)
      .map((summary) => ({ folder, created_at: experiment.created_at, ...figuresOf(summary) })),
  );
  if (points.length === 0) {
    throw new LabError('USAGE', `No comparison of ${testId} is stored in ${folder}.`);
  }
  const [{ drawChart }, { historyChart }] = await Promise.all([
    import('../report/draw-chart.ts'),
    import('../report/history-chart.ts'),
  ]);
  const chart = join(folder, `history-${testId.replaceAll(/[^A-Za-z0-9._-]/g, '_')}.png`);
  await writeAtomically(chart, await drawChart(historyChart(testId, points)));
  if (options.json) {
    answer(io, JSON.stringify({ test_id: testId, comparisons: points, chart }, null, 2));
    return;
  }
  const table = new Table({
    head: ['started', 'scheduler', 'improvement', 'verdict', 'makespan / bound'],
    style: { head: [], border: [] },
  });
  for (const point of points) {
    const [low, high] = point.improvement_ci95;
    table.push([
      point.created_at.replace(/\.\d+Z/, 'Z'),
      point.scheduler,
      `${percent(point.improvement)} [${percent(low)}, ${percent(high)}]`,
      (point.verdict ?? '').replaceAll('_', ' '),
      point.makespan_ratio?.toFixed(3) ?? '–',
    ]);
  }
  answer(io, `${table}\n${chart}`);
}

function figuresOf({ scheduler, improvement, improvement_ci95, verdict, makespan_ratio }: Summary) {
  return {
    scheduler,
    improvement: improvement as number,
    improvement_ci95: improvement_ci95 as [number, number],
    verdict,
    makespan_ratio: makespan_ratio?.median ?? null,
  };
}
