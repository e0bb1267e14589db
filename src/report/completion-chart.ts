// SPDX-License-Identifier: Apache-2.0
import type { StoredRun } from '../results/read.ts';
import type { ArmView, CaseView } from './case-view.ts';
import { frame, LAYOUT, LINE_LEGEND, legendEntry, upwardAxis, valueAxis } from './chart-frame.ts';
import { type ChartSpec, type Mark, SLIDE } from './chart-spec.ts';
import { armLine, COLOUR, mix } from './chart-style.ts';
import { oneLine, seconds } from './text.ts';
import { armInWords } from './verdict-sentence.ts';

/** More runs than this only blacken the chart. */
const MOST_RUNS_DRAWN = 60;
const THICK = 4;

/** The share of the tasks that are done, against time: all valid runs, and their median. */
export function completionChart({ testId, arms }: CaseView): ChartSpec {
  const curves = arms.flatMap((arm, place) => {
    const ends = arm.valid.map(endsOf);
    return ends.length > 0 ? [{ arm, place, ends, middle: medianEnds(ends) }] : [];
  });
  const last = Math.max(0, ...curves.flatMap(({ ends }) => ends.map((own) => own.at(-1) ?? 0)));
  const title = titleOf(testId, curves);
  return {
    width: SLIDE.width,
    height: SLIDE.height,
    config: {
      type: 'line',
      data: {
        datasets: curves.map(({ arm, place }) =>
          legendEntry(oneLine(arm.scheduler, 30), { ...armLine(place), width: THICK }),
        ),
      },
      options: {
        layout: LAYOUT,
        scales: {
          x: valueAxis('Seconds since the first task was released', last > 0 ? last * 1.03 : 1),
          y: upwardAxis('Tasks done (per cent)', 102),
        },
        plugins: {
          ...frame(title, [
            'Thin: each valid run. Thick: the median of the runs. The sooner a line is at the top, the sooner all is done.',
          ]),
          legend: LINE_LEGEND,
        },
      },
    },
    marks: [
      ...curves.flatMap(({ ends, place }) =>
        ends.slice(0, MOST_RUNS_DRAWN).map((own) => thin(own, place)),
      ),
      ...curves.flatMap(({ middle, place }) => thick(middle, place)),
    ],
  };
}

interface Curve {
  readonly arm: ArmView;
  readonly middle: readonly number[];
}

function endsOf({ tasks }: StoredRun): number[] {
  return tasks.map((task) => task.end_s).sort((a, b) => a - b);
}

/** The median over the runs of when the first task was done, the second, and so on. */
export function medianEnds(runs: readonly (readonly number[])[]): number[] {
  const tasks = Math.min(...runs.map((ends) => ends.length));
  return Array.from({ length: tasks }, (_, rank) => {
    const sorted = runs.map((ends) => ends[rank] as number).sort((a, b) => a - b);
    const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
    return ((low as number) + (high as number)) / 2;
  });
}

/** A step up at each end. */
export function steps(ends: readonly number[]): number[] {
  const corners: number[] = [];
  ends.forEach((end, rank) => {
    corners.push(end, (100 * rank) / ends.length, end, (100 * (rank + 1)) / ends.length);
  });
  return corners;
}

function thin(ends: readonly number[], place: number): Mark {
  const colour = mix(COLOUR.paper, armLine(place).colour, 0.35);
  return { kind: 'path', axis: 'y', corners: steps(ends), width: 1, colour };
}

function thick(ends: readonly number[], place: number): Mark[] {
  const { colour, dash } = armLine(place);
  const path = { kind: 'path', axis: 'y', corners: steps(ends) } as const;
  const last = ends.at(-1) ?? 0;
  return [
    { ...path, width: THICK, colour, dash },
    { kind: 'dots', axis: 'y', centres: [last, 100], radius: 7, colour, edge: COLOUR.paper },
  ];
}

function titleOf(testId: string, curves: readonly Curve[]): string {
  const name = oneLine(testId, 40);
  const [first, ...others] = curves;
  if (!first) return `${name}: no valid run`;
  const all = ({ middle }: Curve) => middle.at(-1) ?? 0;
  const best = others.toSorted((a, b) => all(a) - all(b))[0];
  const inWords = (curve: Curve) =>
    `${seconds(all(curve))} under ${armInWords(curve.arm.scheduler)}`;
  return `${name}: all done after ${inWords(first)}${best ? `, ${inWords(best)}` : ''}`;
}
