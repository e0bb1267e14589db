// SPDX-License-Identifier: Apache-2.0
import { colourOf } from './theme.ts';

export interface Palette {
  readonly short: string;
  readonly long: string;
  readonly onShort: string;
  readonly onLong: string;
  readonly waiting: string;
  readonly others: string;
  readonly lane: string;
  readonly grid: string;
  readonly ink: string;
  readonly faint: string;
  readonly paper: string;
  readonly chosen: string;
}

/** The timeline's colours in the theme of now. */
export function timelinePalette(): Palette {
  return {
    short: colourOf('--short'),
    long: colourOf('--long'),
    onShort: colourOf('--on-short'),
    onLong: colourOf('--on-long'),
    waiting: colourOf('--waiting'),
    others: colourOf('--others'),
    lane: colourOf('--lane'),
    grid: colourOf('--grid'),
    ink: colourOf('--ink'),
    faint: colourOf('--faint'),
    paper: colourOf('--paper'),
    chosen: colourOf('--chosen'),
  };
}
