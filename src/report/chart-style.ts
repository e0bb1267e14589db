// SPDX-License-Identifier: Apache-2.0

/**
 * From Okabe and Ito, told apart by colour-blind eyes; in this order the lightness of neighbours
 * differs too, for prints in grey.
 */
export const COLOUR = {
  baseline: '#c4c4c4',
  arms: ['#0072b2', '#e69f00', '#009e73', '#f0e442', '#cc79a7', '#56b4e9'],
  short: '#56b4e9',
  shortWaits: '#dceffa',
  long: '#d55e00',
  longText: '#a34700',
  longWaits: '#f9dcc8',
  others: '#6b6b6b',
  tail: '#fbe6d5',
  ink: '#1a1a1a',
  faint: '#5c5c5c',
  grid: '#e4e4e4',
  paper: '#ffffff',
} as const;

/** The length of a line in a legend. */
export const LEGEND_LINE = 64;
/**
 * Dark enough for a line on white; each arm has its own dashes, too. A legend's line is a flat box:
 * its way back must not fill the gaps of its way there, so that 2 × LEGEND_LINE is the first dash
 * and some whole periods.
 */
const LINES = [
  { colour: '#4d4d4d', dash: [] },
  { colour: '#0072b2', dash: [8, 4] },
  { colour: '#d55e00', dash: [2, 4] },
  { colour: '#009e73', dash: [12, 6, 5, 6] },
  { colour: '#b5478a', dash: [20, 7] },
  { colour: '#8a6d00', dash: [5, 5.25] },
] as const;

/** The colour of an arm by its place in its case, the baseline's being 0. */
export function armColour(place: number): string {
  if (place === 0) return COLOUR.baseline;
  return COLOUR.arms[(place - 1) % COLOUR.arms.length] as string;
}

/** The line of an arm by its place in its case, the baseline's being 0. */
export function armLine(place: number): { readonly colour: string; readonly dash: number[] } {
  const index = place === 0 ? 0 : 1 + ((place - 1) % (LINES.length - 1));
  const { colour, dash } = LINES[index] as (typeof LINES)[number];
  return { colour, dash: [...dash] };
}

/** `share` of the way from one colour to another, both `#rrggbb`. */
export function mix(from: string, to: string, share: number): string {
  const part = (colour: string, place: number) =>
    Number.parseInt(colour.slice(1 + 2 * place, 3 + 2 * place), 16);
  const mixed = [0, 1, 2].map((place) =>
    Math.round(part(from, place) + share * (part(to, place) - part(from, place))),
  );
  return `#${mixed.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}

/** A rough width, on the safe side, of a text in the charts' font. */
export function textWidth(text: string, size: number): number {
  return text.length * size * 0.6;
}
