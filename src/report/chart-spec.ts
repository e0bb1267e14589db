// SPDX-License-Identifier: Apache-2.0
import type { ChartConfiguration } from 'chart.js';
import type {} from 'chartjs-chart-error-bars';

/** A chart as plain data: what chart.js draws, and what is drawn over it. */
export interface ChartSpec {
  /** In CSS pixels; the picture has twice as many. */
  readonly width: number;
  readonly height: number;
  readonly config: BarChart | BarChartWithErrorBars;
  /** Drawn in this order. */
  readonly marks: readonly Mark[];
}

export type BarChart = ChartConfiguration<'bar', SpanPoint[], string>;
export type BarChartWithErrorBars = ChartConfiguration<'barWithErrorBars', ErrorBarPoint[], string>;

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
      readonly kind: 'text';
      readonly axis: string;
      readonly x: number;
      readonly y: number;
      readonly dx?: number;
      readonly text: string;
      readonly size: number;
      readonly bold?: boolean;
      readonly colour?: string;
      readonly align?: 'left' | 'right' | 'center';
      /** A white edge, for texts that cross a line. */
      readonly edged?: boolean;
    };

export const SLIDE = { width: 1280, height: 720 } as const;

/**
 * From Okabe and Ito, told apart by colour-blind eyes; in this order the lightness of neighbours
 * differs too, for prints in grey.
 */
export const COLOUR = {
  baseline: '#c4c4c4',
  arms: ['#0072b2', '#e69f00', '#009e73', '#f0e442', '#cc79a7', '#56b4e9'],
  short: '#56b4e9',
  long: '#d55e00',
  longText: '#a34700',
  tail: '#fbe6d5',
  ink: '#1a1a1a',
  faint: '#5c5c5c',
  grid: '#e4e4e4',
} as const;

/** The colour of an arm by its place in its case, the baseline's being 0. */
export function armColour(place: number): string {
  if (place === 0) return COLOUR.baseline;
  return COLOUR.arms[(place - 1) % COLOUR.arms.length] as string;
}

/** A rough width, on the safe side, of a text in the charts' font. */
export function textWidth(text: string, size: number): number {
  return text.length * size * 0.6;
}
