// SPDX-License-Identifier: Apache-2.0
import type { Estimate } from '../results/experiment-record.ts';
import { frame, LAYOUT, valueAxis } from './chart-frame.ts';
import { type ChartSpec, type LineChartWithErrorBars, type Mark, SLIDE } from './chart-spec.ts';
import { armLine, COLOUR } from './chart-style.ts';
import type { CaseOverCpus, CpuPoint } from './cpu-sweep-view.ts';
import { oneLine, significant } from './text.ts';

type Dataset = LineChartWithErrorBars['data']['datasets'][number];

/** Told apart without colour, by place in the case, the baseline's being 0. */
const MARKERS = ['circle', 'rect', 'triangle', 'rectRot', 'star', 'crossRot'] as const;
/** Named otherwise than for lines without error bars, and missing in the package's types. */
const MARKER_SIZE = { radius: 9 };
/** Room beside the first and the last count, in doublings. */
const BESIDE = 0.4;
/** Between the markers of neighbouring arms at one count, in doublings, so that whiskers are seen. */
const APART = 0.035;
/** An interval of few runs may be wide; what is beyond this times the greatest mean is cut. */
const MOST_SHOWN = 1.25;
/** More lines than this leave no room for their values. */
const MOST_WITH_VALUES = 3;
/** The height of a value, as a part of the plot's. */
const VALUE_ROOM = 0.06;

interface Range {
  readonly min: number;
  readonly max: number;
}

/** The makespan ratio of each arm of a case against the number of CPUs; there is one point at least. */
export function cpuSweepChart(view: CaseOverCpus): ChartSpec {
  const { schedulers, points } = view;
  const counts = points.map(({ cpus }) => Math.log2(cpus));
  const [from, to] = [Math.min(...counts) - BESIDE, Math.max(...counts) + BESIDE] as const;
  const range = ratioRange(points);
  return {
    width: SLIDE.width,
    height: SLIDE.height,
    config: {
      type: 'lineWithErrorBars',
      data: { datasets: schedulers.map((name, place) => line(view, name, place)) },
      options: {
        layout: LAYOUT,
        scales: {
          x: valueAxis('CPUs', to, from),
          y: {
            type: 'linear',
            ...range,
            title: {
              display: true,
              text: 'Makespan / lower bound',
              color: COLOUR.ink,
              font: { size: 16 },
            },
            ticks: { color: COLOUR.ink, font: { size: 15 }, includeBounds: false },
            grid: { color: COLOUR.grid },
          },
        },
        plugins: {
          ...frame(titleOf(view), explanation(points)),
          legend: {
            display: true,
            position: 'bottom',
            labels: { color: COLOUR.ink, font: { size: 16 }, usePointStyle: true, padding: 18 },
          },
        },
      },
    },
    marks: [...idealMarks(from, to), ...valueMarks(view, range)],
    ticks: { x: points.map(({ cpus }) => ({ value: Math.log2(cpus), label: String(cpus) })) },
  };
}

function line({ schedulers, points }: CaseOverCpus, name: string, place: number): Dataset {
  const { colour, dash } = armLine(place);
  const data = points.flatMap((point) => {
    const ratio = point.summaries[place]?.makespan_ratio;
    if (!ratio) return [];
    const [low, high] = ratio.ci95 as [number, number];
    return [{ x: xOf(point, place, schedulers.length), y: ratio.mean, yMin: low, yMax: high }];
  });
  return {
    label: oneLine(name, 40),
    data,
    borderColor: colour,
    borderDash: dash,
    borderWidth: 3,
    backgroundColor: place === 0 ? COLOUR.paper : colour,
    pointStyle: MARKERS[place % MARKERS.length] as (typeof MARKERS)[number],
    ...MARKER_SIZE,
    errorBarColor: colour,
    errorBarWhiskerColor: colour,
    errorBarLineWidth: 2,
    errorBarWhiskerLineWidth: 2,
    errorBarWhiskerSize: 18,
  };
}

/** The doublings of one CPU, a little to the side so that arms do not cover each other. */
function xOf({ cpus }: CpuPoint, place: number, arms: number): number {
  return Math.log2(cpus) + APART * (place - (arms - 1) / 2);
}

function ratioRange(points: readonly CpuPoint[]): Range {
  const ratios = ratiosOf(points);
  const means = ratios.map(({ mean }) => mean);
  const most = Math.max(1.1, ...means);
  const highs = ratios.map(({ ci95 }) => Math.min(ci95[1] as number, most * MOST_SHOWN));
  const least = Math.min(1, ...means);
  const top = Math.max(most, ...highs);
  return { min: least - 0.08 * (top - least), max: top + 0.08 * (top - least) };
}

function ratiosOf(points: readonly CpuPoint[]): Estimate[] {
  return points.flatMap(({ summaries }) => summaries.flatMap((arm) => arm?.makespan_ratio ?? []));
}

/** What no schedule can be below. */
function idealMarks(from: number, to: number): Mark[] {
  const path = { kind: 'path', axis: 'y', corners: [from, 1, to, 1], width: 2 } as const;
  const place = { axis: 'y', x: to, y: 1, dx: -6, dy: 13, align: 'right' } as const;
  return [
    { ...path, colour: COLOUR.ink, dash: [3, 5] },
    { kind: 'text', ...place, text: 'the ideal schedule', size: 15, edged: true },
  ];
}

/**
 * Above its interval, or beside the marker where the plot's edge cuts that; but of two that would
 * cover each other the first one only.
 */
function valueMarks({ schedulers, points }: CaseOverCpus, { min, max }: Range): Mark[] {
  if (schedulers.length > MOST_WITH_VALUES) return [];
  return points.flatMap((point) => {
    const taken: number[] = [];
    return point.summaries.flatMap((arm, place): Mark[] => {
      if (!arm?.makespan_ratio) return [];
      const { mean, ci95 } = arm.makespan_ratio;
      const isCut = (ci95[1] as number) > max;
      const y = isCut ? mean : (ci95[1] as number);
      if (taken.some((other) => Math.abs(other - y) < VALUE_ROOM * (max - min))) return [];
      taken.push(y);
      const at = { axis: 'y', x: xOf(point, place, schedulers.length), y } as const;
      const beside = isCut
        ? ({ dx: -16, align: 'right' } as const)
        : ({ dy: -16, align: 'center' } as const);
      const style = { size: 16, bold: true, edged: true } as const;
      return [{ kind: 'text', ...at, ...beside, ...style, text: mean.toFixed(2) }];
    });
  });
}

/** `ctest_suite on 1 to 4 CPUs: 1.00 to 1.69 × the bound under default, 1.01 to 1.02 under fifo` */
function titleOf({ testId, schedulers, points }: CaseOverCpus): string {
  const counts = points.map(({ cpus }) => cpus);
  const arms = schedulers.flatMap((name, place) => {
    const means = points.flatMap((point) => point.summaries[place]?.makespan_ratio?.mean ?? []);
    if (means.length === 0) return [];
    const bound = place === 0 ? ' × the bound' : '';
    return [`${fromTo(means.map((mean) => mean.toFixed(2)))}${bound} under ${oneLine(name, 30)}`];
  });
  const name = oneLine(testId, 40);
  if (arms.length === 0) return `${name}: no valid run`;
  const shown = arms.slice(0, MOST_WITH_VALUES);
  const more = arms.length > shown.length ? `, and ${arms.length - shown.length} more` : '';
  return `${name} on ${fromTo(counts.map(String))} CPUs: ${shown.join(', ')}${more}`;
}

function fromTo(values: readonly string[]): string {
  const sorted = values.toSorted((a, b) => Number(a) - Number(b));
  const [least = '', most = ''] = [sorted[0], sorted.at(-1)];
  return least === most ? least : `${least} to ${most}`;
}

function explanation(points: readonly CpuPoint[]): string[] {
  const skews = points.flatMap(({ cpus, skew }) =>
    skew === null ? [] : [`${significant(skew)} on ${cpus}`],
  );
  const summaries = points.flatMap((point) => point.summaries.flatMap((arm) => arm ?? []));
  const runs = summaries.reduce((sum, arm) => sum + arm.runs, 0);
  const invalid = summaries.reduce((sum, arm) => sum + arm.invalid_runs, 0);
  return [
    'Markers: mean of the valid runs. Whiskers: 95 % confidence interval. 1.0 is what no schedule of the same work can be below.',
    skews.length > 0
      ? `CPU time of the longest task / a median short one: ${skews.join(', ')}.`
      : '',
    invalid > 0 ? `${invalid} of ${runs} runs were invalid and are left out.` : '',
  ].filter(Boolean);
}
