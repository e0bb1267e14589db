// SPDX-License-Identifier: Apache-2.0
import type { StoredExperiment } from '../results/read.ts';
import { frame, frameHeight, LAYOUT, valueAxis } from './chart-frame.ts';
import {
  type BarChartWithErrorBars,
  type ChartSpec,
  COLOUR,
  SLIDE,
  textWidth,
} from './chart-spec.ts';
import {
  chooseUnit,
  layOut,
  makespanIn,
  type Row,
  rowsHigh,
  type Unit,
} from './improvement-layout.ts';
import { axisEnd, groupMarks } from './improvement-marks.ts';
import { oneLine } from './text.ts';
import { headline } from './verdict-sentence.ts';

const THINNEST_ROW = 18;
const PADDING_BESIDE_PLOT = 65;
const LONGEST_NAME = 26;

/** Makespan of each arm of each case with its interval, the lower bound and the improvement. */
export function improvementChart(stored: StoredExperiment): ChartSpec {
  const groups = layOut(stored);
  const rows = groups.flatMap((group) => group.rows);
  const title = headline(stored.experiment);
  const how = explanation(rows);
  const around = frameHeight(title, how);
  const total = rowsHigh(groups);
  const height = Math.max(SLIDE.height, around + total * THINNEST_ROW);
  const rowHeight = (height - around) / total;
  const unit = chooseUnit(groups);
  const size = Math.round(Math.min(20, Math.max(12, rowHeight * 0.66)));
  const names = rows.map(({ summary }) => textWidth(nameOf(summary.scheduler), size));
  const plotWidth = SLIDE.width - PADDING_BESIDE_PLOT - Math.max(0, ...names);
  const end = axisEnd(groups, unit, size, plotWidth);
  return {
    width: SLIDE.width,
    height: Math.round(height),
    config: {
      type: 'barWithErrorBars',
      data: { datasets: [bars(rows, unit, rowHeight)] },
      options: {
        indexAxis: 'y',
        layout: LAYOUT,
        scales: { x: valueAxis(axisTitle(unit), end), y: armAxis(rows, total, size) },
        plugins: frame(title, how),
      },
    },
    marks: groups.flatMap((group) => groupMarks(group, unit, size)),
  };
}

function bars(
  rows: readonly Row[],
  unit: Unit,
  rowHeight: number,
): BarChartWithErrorBars['data']['datasets'][number] {
  const drawn = rows.flatMap((row) => {
    const value = makespanIn(unit, row.summary);
    return value ? [{ ...row, value }] : [];
  });
  return {
    label: 'makespan',
    data: drawn.map(({ y, value }) => ({
      x: value.median,
      xMin: Math.min(...value.ci95),
      xMax: Math.max(...value.ci95),
      y,
    })),
    backgroundColor: drawn.map(({ colour }) => colour),
    borderColor: COLOUR.ink,
    borderWidth: 1,
    barThickness: rowHeight * 0.8,
    errorBarColor: COLOUR.ink,
    errorBarWhiskerColor: COLOUR.ink,
    errorBarLineWidth: 2,
    errorBarWhiskerLineWidth: 2,
    errorBarWhiskerSize: Math.min(28, rowHeight * 0.5),
  };
}

function axisTitle(unit: Unit): string {
  return unit === 'seconds'
    ? 'Makespan (seconds)'
    : 'Makespan / lower bound of the same run (1 = no schedule can end sooner)';
}

function armAxis(rows: readonly Row[], total: number, size: number) {
  const nameAt = new Map(rows.map((row) => [row.y, nameOf(row.summary.scheduler)]));
  return {
    type: 'linear' as const,
    min: 0,
    max: total,
    offset: false,
    reverse: true,
    afterBuildTicks: (axis: { ticks: { value: number }[] }) => {
      axis.ticks = rows.map((row) => ({ value: row.y }));
    },
    ticks: {
      color: COLOUR.ink,
      font: { size },
      autoSkip: false,
      callback: (value: string | number) => nameAt.get(Number(value)) ?? '',
    },
    grid: { display: false },
  };
}

function nameOf(scheduler: string): string {
  return oneLine(scheduler, LONGEST_NAME);
}

function explanation(rows: readonly Row[]): string[] {
  const invalid = rows.reduce((sum, { summary }) => sum + summary.invalid_runs, 0);
  const runs = rows.reduce((sum, { summary }) => sum + summary.runs, 0);
  const more = [
    rows.some(({ summary }) => !summary.baseline)
      ? 'In brackets: 95 % CI of the difference, in per cent of the baseline.'
      : '',
    invalid > 0 ? `${invalid} of ${runs} runs were invalid and are left out.` : '',
  ];
  return [
    'Bar: median makespan of the valid runs. Whiskers: 95 % CI of the mean. Black line: lower bound of each arm, no schedule can beat it.',
    more.filter(Boolean).join(' '),
  ].filter(Boolean);
}
