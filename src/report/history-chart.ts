// SPDX-License-Identifier: Apache-2.0
import { frame, frameHeight, LAYOUT } from './chart-frame.ts';
import { armColour, type ChartSpec, COLOUR, SLIDE } from './chart-spec.ts';
import { oneLine, perCent } from './text.ts';

/** One comparison of a case, in one experiment. */
export interface HistoryPoint {
  /** UTC, ISO 8601. */
  readonly created_at: string;
  readonly scheduler: string;
  readonly improvement: number;
  readonly improvement_ci95: readonly [number, number];
}

const ROW_HEIGHT = 34;
const EXPLANATION = [
  'Bar: less makespan than the baseline of the same experiment, in per cent. Whiskers: 95 % CI. Oldest first.',
];

/** The improvements of one case's arms, experiment by experiment. */
export function historyChart(testId: string, points: readonly HistoryPoint[]): ChartSpec {
  const schedulers = [...new Set(points.map(({ scheduler }) => scheduler))];
  const title = `${oneLine(testId, 40)}: ${points.length} comparisons`;
  const height = Math.max(
    SLIDE.height,
    frameHeight(title, EXPLANATION) + points.length * ROW_HEIGHT,
  );
  const values = points.flatMap(({ improvement_ci95: [low, high] }) => [100 * low, 100 * high]);
  const nameAt = new Map(points.map((point, row) => [row + 0.5, rowName(point)]));
  return {
    width: SLIDE.width,
    height: Math.round(height),
    config: {
      type: 'barWithErrorBars',
      data: {
        datasets: [
          {
            label: 'improvement',
            data: points.map(({ improvement, improvement_ci95: [low, high] }, row) => ({
              x: 100 * improvement,
              xMin: 100 * low,
              xMax: 100 * high,
              y: row + 0.5,
            })),
            backgroundColor: points.map(({ scheduler }) =>
              armColour(1 + schedulers.indexOf(scheduler)),
            ),
            borderColor: COLOUR.ink,
            borderWidth: 1,
            barThickness: Math.min(ROW_HEIGHT, 24),
            errorBarColor: COLOUR.ink,
            errorBarWhiskerColor: COLOUR.ink,
            errorBarLineWidth: 2,
            errorBarWhiskerLineWidth: 2,
            errorBarWhiskerSize: 14,
          },
        ],
      },
      options: {
        indexAxis: 'y',
        layout: LAYOUT,
        scales: {
          x: {
            suggestedMin: Math.min(0, ...values),
            suggestedMax: Math.max(0, ...values),
            title: { display: true, text: 'Less makespan (%)', color: COLOUR.ink },
            ticks: { color: COLOUR.ink, font: { size: 15 } },
            grid: { color: COLOUR.grid },
          },
          y: {
            type: 'linear',
            min: 0,
            max: Math.max(1, points.length),
            offset: false,
            reverse: true,
            afterBuildTicks: (axis: { ticks: { value: number }[] }) => {
              axis.ticks = points.map((_, row) => ({ value: row + 0.5 }));
            },
            ticks: {
              color: COLOUR.ink,
              autoSkip: false,
              callback: (value: string | number) => nameAt.get(Number(value)) ?? '',
            },
            grid: { display: false },
          },
        },
        plugins: frame(title, EXPLANATION),
      },
    },
    marks: [],
  };
}

function rowName({ created_at, scheduler, improvement }: HistoryPoint): string {
  const when = created_at.slice(0, 16).replace('T', ' ');
  return `${when}  ${oneLine(scheduler, 24)}  ${perCent(improvement)} %`;
}
