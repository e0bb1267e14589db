// SPDX-License-Identifier: Apache-2.0
import type { ExperimentRecord } from '../results/experiment-record.ts';
import { frame, frameHeight, LAYOUT, valueAxis } from './chart-frame.ts';
import { type BarChartWithErrorBars, type ChartSpec, SLIDE } from './chart-spec.ts';
import { COLOUR, textWidth } from './chart-style.ts';
import { layOut, type Range, type Row, rangeOf, rowsHigh } from './improvement-layout.ts';
import { axisEnd, groupMarks } from './improvement-marks.ts';
import { oneLine } from './text.ts';
import { armInWords, headline } from './verdict-sentence.ts';

const THINNEST_ROW = 18;
const THICKEST_BAR = 200;
const PADDING_BESIDE_PLOT = 65;
const LONGEST_NAME = 26;

/** The improvement of each case and arm over the baseline, with its interval and the limit. */
export function improvementChart(experiment: ExperimentRecord): ChartSpec {
  const groups = layOut(experiment);
  const rows = groups.flatMap((group) => group.rows);
  const title = headline(experiment);
  const how = explanation(experiment, rows);
  const around = frameHeight(title, how);
  const total = rowsHigh(groups);
  const height = Math.round(Math.max(SLIDE.height, around + total * THINNEST_ROW));
  const rowHeight = (height - around) / total;
  const size = Math.round(Math.min(20, Math.max(12, rowHeight * 0.66)));
  const names = rows.map(({ summary }) => textWidth(nameOf(summary.scheduler), size));
  const plotWidth = SLIDE.width - PADDING_BESIDE_PLOT - Math.max(0, ...names);
  const range = rangeOf(groups);
  const end = axisEnd(groups, range, size, plotWidth);
  return {
    width: SLIDE.width,
    height,
    config: {
      type: 'barWithErrorBars',
      data: { datasets: [bars(rows, range, rowHeight)] },
      options: {
        indexAxis: 'y',
        layout: LAYOUT,
        scales: {
          x: valueAxis(axisTitle(experiment), 100 * end, 100 * range.min),
          y: armAxis(total, size),
        },
        plugins: frame(title, how),
      },
    },
    marks: groups.flatMap((group) => groupMarks(group, range, size)),
    ticks: { y: rows.map(({ summary, y }) => ({ value: y, label: nameOf(summary.scheduler) })) },
  };
}

function bars(
  rows: readonly Row[],
  range: Range,
  rowHeight: number,
): BarChartWithErrorBars['data']['datasets'][number] {
  const drawn = rows.flatMap(({ summary, y, colour }) => {
    const { improvement, improvement_ci95: interval } = summary;
    if (improvement == null || !interval) return [];
    const [low, high] = [Math.min(...interval), Math.max(...interval)];
    return [{ improvement, low: Math.max(low, range.min), high, y, colour }];
  });
  return {
    label: 'improvement',
    data: drawn.map(({ improvement, low, high, y }) => ({
      x: 100 * improvement,
      xMin: 100 * low,
      xMax: 100 * high,
      y,
    })),
    backgroundColor: drawn.map(({ colour }) => colour),
    borderColor: COLOUR.ink,
    borderWidth: 1,
    barThickness: Math.min(THICKEST_BAR, rowHeight * 0.8),
    errorBarColor: COLOUR.ink,
    errorBarWhiskerColor: COLOUR.ink,
    errorBarLineWidth: 2,
    errorBarWhiskerLineWidth: 2,
    errorBarWhiskerSize: Math.min(28, rowHeight * 0.5),
  };
}

function axisTitle({ plan }: ExperimentRecord): string {
  return `Improvement: per cent less makespan than ${armInWords(plan.baseline)}`;
}

function armAxis(total: number, size: number) {
  return {
    type: 'linear' as const,
    min: 0,
    max: total,
    offset: false,
    reverse: true,
    ticks: { color: COLOUR.ink, font: { size } },
    grid: { display: false },
  };
}

function nameOf(scheduler: string): string {
  return oneLine(scheduler, LONGEST_NAME);
}

function explanation({ summaries }: ExperimentRecord, rows: readonly Row[]): string[] {
  const invalid = summaries.reduce((sum, summary) => sum + summary.invalid_runs, 0);
  const runs = summaries.reduce((sum, summary) => sum + summary.runs, 0);
  const blocks = rows.flatMap(({ summary }) => summary.blocks ?? []);
  const more = [
    blocks.length > 0 ? `${fromTo(blocks)} blocks of runs, paired.` : '',
    invalid > 0 ? `${invalid} of ${runs} runs were invalid and are left out.` : '',
  ];
  return [
    'Whiskers, and in brackets: 95 % confidence interval. Black line: what the ideal schedule of the same work would give.',
    more.filter(Boolean).join(' '),
  ].filter(Boolean);
}

function fromTo(values: readonly number[]): string {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return least === most ? `${least}` : `${least} to ${most}`;
}
