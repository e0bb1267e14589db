// SPDX-License-Identifier: Apache-2.0

import type { ArmView, CaseView } from './case-view.ts';
import { frame, frameHeight, LAYOUT, valueAxis } from './chart-frame.ts';
import { type ChartSpec, type Mark, SLIDE } from './chart-spec.ts';
import { armColour, COLOUR, textWidth } from './chart-style.ts';
import { quartiles } from './quartiles.ts';
import { oneLine, seconds, significant } from './text.ts';
import { armInWords } from './verdict-sentence.ts';

const LEAST_ROW_HEIGHT = 96;
const MOST_ROW_HEIGHT = 290;
/** From the row's text to the box below it. */
const HEADING_GAP = 24;
/** Parts of the row. */
const BOX = [0.32, 0.84] as const;
const LABEL_SIZE = 14;
const MANY_POINTS = 20;
/** Below this share the axis has no room to waste on what is left of the runs. */
const NEAR_ZERO = 0.35;

/** The makespan of each run of a case, by arm, with a box from the first to the third quartile. */
export function makespanChart({ testId, arms }: CaseView): ChartSpec {
  const range = rangeOf(arms);
  const title = titleOf(testId, arms);
  const how = explanation(arms, range.min);
  const around = frameHeight(title, how);
  const room = (SLIDE.height - around) / Math.max(1, arms.length);
  const rowHeight = Math.min(MOST_ROW_HEIGHT, Math.max(LEAST_ROW_HEIGHT, room));
  return {
    width: SLIDE.width,
    height: Math.round(Math.max(SLIDE.height, around + arms.length * rowHeight)),
    config: {
      type: 'bar',
      data: { datasets: [] },
      options: {
        indexAxis: 'y',
        layout: LAYOUT,
        scales: {
          x: valueAxis('Makespan (seconds)', range.max, range.min),
          y: {
            type: 'linear',
            min: 0,
            max: Math.max(arms.length, (SLIDE.height - around) / rowHeight),
            reverse: true,
            ticks: { display: false },
            grid: { display: false },
          },
        },
        plugins: frame(title, how),
      },
    },
    marks: arms.flatMap((arm, place) => armMarks(arm, place, range)),
  };
}

interface Range {
  readonly min: number;
  readonly max: number;
}

function rangeOf(arms: readonly ArmView[]): Range {
  const values = arms.flatMap(({ valid }) =>
    valid.flatMap((run) => [run.makespan_s, run.lower_bound_s]),
  );
  if (values.length === 0) return { min: 0, max: 1 };
  const least = values.reduce((a, b) => Math.min(a, b));
  const most = values.reduce((a, b) => Math.max(a, b));
  const air = 0.06 * Math.max(most - least, most / 50);
  return { min: least < NEAR_ZERO * most ? 0 : Math.max(0, least - air), max: most + air };
}

function armMarks(arm: ArmView, place: number, range: Range): Mark[] {
  const makespans = arm.valid.map((run) => run.makespan_s);
  const at = (share: number) => place + share;
  const where = { axis: 'y', x: range.min, y: at(BOX[0]), dx: 8, dy: -HEADING_GAP };
  const style = { size: 17, bold: true, edged: true };
  const text: Mark = { kind: 'text', ...where, text: heading(arm), ...style };
  const found = quartiles(makespans);
  if (!found) return [text];
  const [low, middle, high] = found;
  const [top, bottom] = [at(BOX[0]), at(BOX[1])];
  const colour = armColour(place);
  const outline = [low, top, high, top, high, bottom, low, bottom, low, top];
  const bound = quartiles(arm.valid.map((run) => run.lower_bound_s))?.[1] ?? 0;
  return [
    { kind: 'rects', axis: 'y', sides: [low, high, top, bottom], colour },
    { kind: 'path', axis: 'y', corners: outline, width: 1.5, colour: COLOUR.ink },
    line(bound, at(BOX[0] - 0.04), at(BOX[1] + 0.04), {
      width: 3,
      colour: COLOUR.ink,
      dash: [8, 5],
    }),
    line(middle, top, bottom, { width: 4, colour: COLOUR.ink }),
    ...pointMarks(arm, place, range),
    text,
  ];
}

/** Each run as a point; they are spread over the height so that equal ones can be told apart. */
function pointMarks(arm: ArmView, place: number, range: Range): Mark[] {
  const outliers = new Set(arm.summary?.outliers?.map((outlier) => outlier.run_index));
  const points = arm.valid.map((run, turn) => ({
    run,
    x: run.makespan_s,
    // Multiples of the golden ratio: no two near each other, however many there are.
    y: place + BOX[0] + 0.06 + (BOX[1] - BOX[0] - 0.12) * ((0.5 + turn * 0.618_034) % 1),
  }));
  const centres = (list: typeof points) => list.flatMap(({ x, y }) => [x, y]);
  const odd = points.filter(({ run }) => outliers.has(run.index));
  return [
    dots(centres(points), points.length > MANY_POINTS ? 3 : 4.5, COLOUR.paper),
    dots(centres(odd), 8, COLOUR.long),
    ...outlierLabels(odd, range),
  ];
}

function dots(centres: readonly number[], radius: number, colour: string): Mark {
  return { kind: 'dots', axis: 'y', centres, radius, colour, edge: COLOUR.ink };
}

/** Only where they do not cover each other. */
function outlierLabels(
  points: readonly { run: { index: number }; x: number; y: number }[],
  { min, max }: Range,
): Mark[] {
  const perPixel = (max - min) / (SLIDE.width - 60);
  let free = Number.NEGATIVE_INFINITY;
  return points
    .toSorted((a, b) => a.x - b.x)
    .flatMap(({ run, x, y }): Mark[] => {
      const text = `run ${run.index}`;
      const width = (textWidth(text, LABEL_SIZE) + 24) * perPixel;
      // To the left of a point at the right edge.
      const align = x + width > max ? 'right' : 'left';
      const from = align === 'left' ? x : x - width;
      if (from < free) return [];
      free = from + width;
      const place = { axis: 'y', x, y, dx: align === 'left' ? 13 : -13, align } as const;
      return [{ kind: 'text', ...place, text, size: LABEL_SIZE, edged: true }];
    });
}

function line(
  x: number,
  from: number,
  to: number,
  style: { width: number; colour: string; dash?: readonly number[] },
): Mark {
  return { kind: 'line', axis: 'y', x, y: [from, to], ...style };
}

function heading({ scheduler, runs, valid }: ArmView): string {
  const name = armInWords(scheduler).replace(/^the/, 'The');
  const middle = quartiles(valid.map((run) => run.makespan_s))?.[1];
  const ratio = quartiles(valid.map((run) => run.makespan_ratio))?.[1];
  const invalid = runs.length - valid.length;
  if (middle === undefined || ratio === undefined) {
    return `${name}: no valid run${invalid > 0 ? ` (${invalid} invalid)` : ''}`;
  }
  const left = invalid > 0 ? `, ${invalid} invalid left out` : '';
  const count = valid.length === 1 ? 'one run' : `median of ${valid.length} runs`;
  return `${name}: ${seconds(middle)}, ${significant(ratio)} × the lower bound (${count}${left})`;
}

function titleOf(testId: string, arms: readonly ArmView[]): string {
  const name = oneLine(testId, 40);
  const medians = arms.flatMap(({ scheduler, valid }) => {
    const middle = quartiles(valid.map((run) => run.makespan_s))?.[1];
    return middle === undefined ? [] : [{ scheduler, middle }];
  });
  const [first, ...others] = medians;
  if (!first) return `${name}: no valid run`;
  const inWords = (arm: typeof first) =>
    `${seconds(arm.middle)} under ${armInWords(arm.scheduler)}`;
  const best = others.toSorted((a, b) => a.middle - b.middle)[0];
  return `${name}: makespan ${inWords(first)}${best ? `, ${inWords(best)}` : ''}`;
}

function explanation(arms: readonly ArmView[], start: number): string[] {
  const hasOutliers = arms.some(({ summary }) => (summary?.outliers?.length ?? 0) > 0);
  return [
    'Each point is a run. Box: half of the runs, with the median. Dashed: lower bound of the same runs, no schedule can beat it.',
    [
      hasOutliers ? 'Filled points: outliers, which count all the same.' : '',
      start > 0 ? `The axis does not begin at 0.` : '',
    ]
      .filter(Boolean)
      .join(' '),
  ].filter(Boolean);
}
