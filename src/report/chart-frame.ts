// SPDX-License-Identifier: Apache-2.0
import { COLOUR, LEGEND_LINE } from './chart-style.ts';
import { wrap } from './text.ts';

const TITLE_SIZE = 24;
const TITLE_WIDTH = 88;
const SUBTITLE_SIZE = 15;
/** The time axis with its title, the paddings, and a little air. */
const HEIGHT_OF_THE_REST = 100;

/** What all charts have around their plot: the answer as title, how to read it below. */
export function frame(title: string, explanation: readonly string[]) {
  return {
    legend: { display: false },
    title: {
      display: true,
      text: wrap(title, TITLE_WIDTH),
      align: 'start' as const,
      color: COLOUR.ink,
      font: { size: TITLE_SIZE, weight: 'bold' as const },
      padding: { bottom: 6 },
    },
    subtitle: {
      display: true,
      text: [...explanation],
      align: 'start' as const,
      color: COLOUR.faint,
      font: { size: SUBTITLE_SIZE },
      padding: { bottom: 12 },
    },
  };
}

/** What the frame and the time axis leave of the height is about the plot's. */
export function frameHeight(title: string, explanation: readonly string[]): number {
  const lines = wrap(title, TITLE_WIDTH).length;
  return HEIGHT_OF_THE_REST + 1.2 * (lines * TITLE_SIZE + explanation.length * SUBTITLE_SIZE);
}

export const LAYOUT = { padding: { left: 16, right: 24, top: 8, bottom: 8 } } as const;

/** The horizontal axis. */
export function valueAxis(text: string, max: number, min = 0) {
  return {
    type: 'linear' as const,
    min,
    max,
    title: { display: true, text, color: COLOUR.ink, font: { size: 16 } },
    ticks: { color: COLOUR.ink, font: { size: 15 }, includeBounds: false },
    grid: { color: COLOUR.grid },
  };
}

/** A vertical axis with a title; several of one `stack` are above each other. */
export function upwardAxis(text: string, max: number, stack?: string) {
  return {
    type: 'linear' as const,
    axis: 'y' as const,
    min: 0,
    max,
    offset: false,
    ...(stack === undefined ? {} : { stack }),
    title: { display: true, text, color: COLOUR.ink, font: { size: 16 } },
    ticks: { color: COLOUR.ink, font: { size: 14 }, includeBounds: false },
    grid: { color: COLOUR.grid },
    border: { color: COLOUR.faint },
  };
}

/** Between two axes of a stack, whose labels would touch each other. */
export function gapAxis(stack: string) {
  return {
    type: 'linear' as const,
    axis: 'y' as const,
    stack,
    stackWeight: 0.08,
    ticks: { display: false },
    grid: { display: false },
    border: { display: false },
  };
}

/** Below the plot, one entry for each dataset with its line. */
export const LINE_LEGEND = {
  display: true,
  position: 'bottom' as const,
  labels: {
    color: COLOUR.ink,
    font: { size: 16 },
    // So flat that what is left is the line with its dashes.
    boxWidth: LEGEND_LINE,
    boxHeight: 0,
    padding: 18,
  },
};

/** A dataset without data, for the legend. */
export function legendEntry(
  label: string,
  style: { readonly colour: string; readonly dash: readonly number[]; readonly width: number },
  axis = 'y',
) {
  return {
    label,
    yAxisID: axis,
    data: [],
    borderColor: style.colour,
    borderDash: [...style.dash],
    borderWidth: style.width,
    backgroundColor: style.colour,
  };
}
