// SPDX-License-Identifier: Apache-2.0
import type { ArmView, CaseView } from './case-view.ts';
import {
  frame,
  gapAxis,
  LAYOUT,
  LINE_LEGEND,
  legendEntry,
  upwardAxis,
  valueAxis,
} from './chart-frame.ts';
import { type ChartSpec, type Mark, SLIDE } from './chart-spec.ts';
import { armLine, COLOUR } from './chart-style.ts';
import { oneLine } from './text.ts';
import { armInWords } from './verdict-sentence.ts';

type TaskClass = 'short' | 'long';

interface Histogram {
  readonly arm: ArmView;
  readonly place: number;
  readonly taskClass: TaskClass;
  /** Element i: waits below 2^i microseconds that are in none before it. */
  readonly counts: readonly number[];
}

const CLASSES = ['short', 'long'] as const;
/** Between the labels of the time axis, in powers of 2. */
const TICK_STEP = 2;
/** Where waits below a microsecond begin on the axis of powers. */
const FIRST = -1;
const THICK = 3.5;

/** How long tasks waited for a CPU each time, by arm and class; null where nobody looked. */
export function waitChart({ testId, arms }: CaseView): ChartSpec | null {
  const histograms = arms.flatMap((arm, place) =>
    CLASSES.map((taskClass) => ({ arm, place, taskClass, counts: countsOf(arm, taskClass) })),
  );
  const seen = histograms.filter(({ counts }) => sum(counts) > 0);
  if (seen.length === 0) return null;
  const last = Math.max(...seen.map(({ counts }) => counts.length));
  const end = Math.max(last, 4);
  const most = (taskClass: TaskClass) =>
    Math.max(1, ...seen.filter((entry) => entry.taskClass === taskClass).flatMap(shares));
  const places = [...new Set(seen.map(({ place }) => place))];
  return {
    width: SLIDE.width,
    height: SLIDE.height,
    config: {
      type: 'line',
      data: {
        datasets: places.map((place) =>
          legendEntry(
            oneLine(arms[place]?.scheduler ?? '', 30),
            { ...armLine(place), width: THICK },
            'short',
          ),
        ),
      },
      options: {
        layout: LAYOUT,
        scales: {
          x: valueAxis('A wait took less than', end, FIRST),
          // chart.js stacks from the bottom.
          long: upwardAxis('Long: % of waits', 1.18 * most('long'), 'classes'),
          gap: gapAxis('classes'),
          short: upwardAxis('Short: % of waits', 1.18 * most('short'), 'classes'),
        },
        plugins: {
          ...frame(titleOf(testId, seen), [
            'A wait: runnable, but not on a CPU, until it ran. A step holds the waits up to its time, from half of it. All valid runs together.',
          ]),
          legend: LINE_LEGEND,
        },
      },
    },
    marks: [
      ...CLASSES.map((taskClass) => panelName(taskClass, 1.18 * most(taskClass))),
      ...seen.flatMap(outlines),
    ],
    ticks: { x: ticks(end) },
  };
}

/** Over all valid runs that were observed. */
function countsOf({ valid }: ArmView, taskClass: TaskClass): number[] {
  const total: number[] = [];
  for (const { observation } of valid) {
    observation?.[`wait_histogram_${taskClass}`].forEach((count, bucket) => {
      total[bucket] = (total[bucket] ?? 0) + count;
    });
  }
  return Array.from(total, (count) => count ?? 0);
}

function sum(counts: readonly number[]): number {
  return counts.reduce((all, count) => all + count, 0);
}

function shares({ counts }: Histogram): number[] {
  const all = sum(counts);
  return counts.map((count) => (100 * count) / all);
}

/** Bucket i from i − 1 to i on the axis, which is the power of 2; nothing where there was nothing. */
function outlines(histogram: Histogram): Mark[] {
  const { place, taskClass } = histogram;
  const groups: number[][] = [];
  let previous = 0;
  for (const [bucket, share] of [...shares(histogram), 0].entries()) {
    if (share > 0 && previous === 0) groups.push([bucket + FIRST, 0]);
    if (share > 0) groups.at(-1)?.push(bucket + FIRST, share, bucket, share);
    else if (previous > 0) groups.at(-1)?.push(bucket + FIRST, 0);
    previous = share;
  }
  const style = { width: THICK, ...armLine(place) };
  return groups.map((corners) => ({ kind: 'path', axis: taskClass, corners, ...style }));
}

function panelName(taskClass: TaskClass, top: number): Mark {
  const place = { axis: taskClass, x: FIRST, y: top, dx: 10, dy: 14 } as const;
  const text = taskClass === 'short' ? 'Short tasks' : 'Long tasks';
  return { kind: 'text', ...place, text, size: 17, bold: true, colour: COLOUR.ink, edged: true };
}

function ticks(end: number) {
  const powers = Array.from({ length: Math.floor(end / TICK_STEP) + 1 }, (_, i) => i * TICK_STEP);
  const named = powers.map((power) => ({ value: power, label: powerInWords(power) }));
  return [{ value: FIRST, label: '0' }, ...named];
}

/** 2^power microseconds, rounded as powers of 2 are: 1024 µs is 1 ms. */
export function powerInWords(power: number): string {
  const unit = ['µs', 'ms', 's'][Math.min(2, Math.floor(power / 10))] as string;
  return `${2 ** (power - 10 * Math.min(2, Math.floor(power / 10)))} ${unit}`;
}

/** The bucket that `share` of the waits do not exceed. */
export function bucketOf(counts: readonly number[], share: number): number {
  let left = share * sum(counts);
  return Math.max(
    0,
    counts.findIndex((count) => {
      left -= count;
      return left <= 0;
    }),
  );
}

function titleOf(testId: string, histograms: readonly Histogram[]): string {
  const short = histograms.filter((entry) => entry.taskClass === 'short');
  const [first, ...others] = short.length > 0 ? short : histograms;
  const name = oneLine(testId, 40);
  if (!first) return name;
  const inWords = ({ arm, counts }: Histogram) =>
    `${powerInWords(bucketOf(counts, 0.99))} under ${armInWords(arm.scheduler)}`;
  const more = others.slice(0, 1).map(inWords);
  return `${name}: 99 % of the ${first.taskClass} tasks' waits took less than ${[inWords(first), ...more].join(', ')}`;
}
