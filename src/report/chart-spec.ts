// SPDX-License-Identifier: Apache-2.0
import type { ChartConfiguration } from 'chart.js';
import type {} from 'chartjs-chart-error-bars';

/** A chart as plain data, without a function in it: what chart.js draws, and what is drawn over it. */
export interface ChartSpec {
  /** In CSS pixels; the picture has more. */
  readonly width: number;
  readonly height: number;
  readonly config: BarChart | BarChartWithErrorBars | LineChart | LineChartWithErrorBars;
  /** Drawn in this order. */
  readonly marks: readonly Mark[];
  /** Of the scales that do not choose their ticks themselves. */
  readonly ticks?: Readonly<Record<string, readonly Tick[]>>;
}

export interface Tick {
  readonly value: number;
  readonly label: string;
}

export type BarChart = ChartConfiguration<'bar', SpanPoint[], string>;
export type BarChartWithErrorBars = ChartConfiguration<'barWithErrorBars', ErrorBarPoint[], string>;
/** Axes and legend; the lines themselves are marks. */
export type LineChart = ChartConfiguration<'line', number[], string>;

export type LineChartWithErrorBars = ChartConfiguration<
  'lineWithErrorBars',
  ErrorLinePoint[],
  string
>;

/** A point of a line with an interval. */
export interface ErrorLinePoint {
  readonly x: number;
  readonly y: number;
  readonly yMin: number;
  readonly yMax: number;
}

/** A bar from x[0] to x[1]. */
export interface SpanPoint {
  readonly x: [number, number];
  readonly y: number;
}

/** A bar from 0 to x. */
export interface ErrorBarPoint {
  readonly x: number;
  readonly xMin: number;
  readonly xMax: number;
  readonly y: number;
}

/** Positions are values on the chart's scales, sizes and offsets CSS pixels. */
export type Mark =
  | {
      readonly kind: 'line';
      readonly axis: string;
      readonly x: number;
      readonly y: readonly [from: number, to: number];
      readonly width: number;
      readonly colour: string;
      readonly dash?: readonly number[];
      /** A white edge, for lines over bars. */
      readonly edged?: boolean;
    }
  | {
      readonly kind: 'band';
      readonly axis: string;
      readonly x: readonly [from: number, to: number];
      readonly y: readonly [from: number, to: number];
      readonly colour: string;
    }
  | {
      readonly kind: 'rects';
      readonly axis: string;
      /** x from, x to, y from, y to of the first, then of the next: there may be thousands. */
      readonly sides: readonly number[];
      readonly colour: string;
    }
  | {
      readonly kind: 'path';
      readonly axis: string;
      /** x, y of the first corner, then of the next. */
      readonly corners: readonly number[];
      readonly width: number;
      readonly colour: string;
      readonly dash?: readonly number[];
    }
  | {
      readonly kind: 'dots';
      readonly axis: string;
      /** x, y of the first, then of the next. */
      readonly centres: readonly number[];
      readonly radius: number;
      readonly colour: string;
      /** A line around each. */
      readonly edge?: string;
    }
  | {
      readonly kind: 'text';
      readonly axis: string;
      readonly x: number;
      readonly y: number;
      readonly dx?: number;
      readonly dy?: number;
      readonly text: string;
      readonly size: number;
      readonly bold?: boolean;
      readonly colour?: string;
      readonly align?: 'left' | 'right' | 'center';
      /** A white edge, for texts that cross a line. */
      readonly edged?: boolean;
    };

export const SLIDE = { width: 1280, height: 720 } as const;
