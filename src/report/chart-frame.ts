// SPDX-License-Identifier: Apache-2.0
import { COLOUR } from './chart-spec.ts';
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

/** The horizontal axis, from 0 to `max`. */
export function valueAxis(text: string, max: number) {
  return {
    min: 0,
    max,
    title: { display: true, text, color: COLOUR.ink, font: { size: 16 } },
    ticks: { color: COLOUR.ink, font: { size: 15 }, includeBounds: false },
    grid: { color: COLOUR.grid },
  };
}
