// SPDX-License-Identifier: Apache-2.0
// How names and figures are written on the page.
import type { Summary, Verdict } from '../../results/experiment-record.ts';
import { oneLine, perCent, significant } from '../text.ts';
import { html, type Markup } from './markup.ts';

export const NOTHING = '–';

/** A name from outside, kept apart from the direction of the text around it. */
export function nameOf(text: string, most = 60): Markup {
  return html`<bdi>${oneLine(text, most) || NOTHING}</bdi>`;
}

export function orDash<T>(value: T | null | undefined, text: (value: T) => string): string {
  return value == null ? NOTHING : text(value);
}

/** `0.0123`, or `< 0.001` */
export function pInWords(p: number): string {
  return p < 0.001 ? '< 0.001' : significant(p);
}

/** `30.6 to 48.8 %` */
export function rangeInWords([low, high]: readonly number[]): string {
  return low === undefined || high === undefined
    ? NOTHING
    : `${perCent(low)} to ${perCent(high)} %`;
}

export const VERDICTS: Record<Verdict, string> = {
  faster: 'faster',
  slower: 'slower',
  no_difference_shown: 'no difference shown',
  not_enough_valid_runs: 'too few valid runs',
};

export function verdictOf(summary: Summary): Verdict {
  return summary.verdict ?? 'not_enough_valid_runs';
}

/** Seconds with as many digits as they deserve, and a unit that needs no exponent. */
export function duration(value: number): string {
  const size = Math.abs(value);
  if (size >= 1 || size === 0) return `${significant(value)} s`;
  if (size >= 0.001) return `${significant(value * 1e3)} ms`;
  return `${significant(value * 1e6)} µs`;
}
